import { parseAddress } from '../../ingest/kernel/ip';
import { createFilter } from './decide';
import { groupOf, of, policyOf, ruleOf, SHOP, tcp } from './policy.fixture';
import type { Policy } from './policy';

function verdict(policy: Policy, src: string, dst: string, protocol: number, port: number): string {
  const { action, rule } = createFilter(policy).decide({
    src: parseAddress(src),
    dst: parseAddress(dst),
    protocol,
    port,
  });
  return rule === null ? action : `${action} by ${rule}`;
}

describe('a policy', () => {
  it.each([
    ['what a rule allows', '10.0.1.1', '10.0.2.1', 6, 8443, 'allow by r-web-app'],
    ['the same in IPv6', '2001:db8:1::1', '2001:db8:1::2', 6, 8443, 'allow by r-web-app'],
    ['another port', '10.0.1.1', '10.0.2.1', 6, 8444, 'deny'],
    ['another protocol', '10.0.1.1', '10.0.2.1', 17, 8443, 'deny'],
    ['the other direction', '10.0.2.1', '10.0.1.1', 6, 8443, 'deny'],
    ['within a tier', '10.0.1.1', '10.0.1.2', 6, 8443, 'deny'],
    ['out of a closed group', '10.0.3.1', '192.0.2.1', 6, 443, 'deny'],
    ['into a closed group', '192.0.2.1', '10.0.3.1', 6, 5432, 'deny'],
    ['between others', '192.0.2.1', '192.0.2.2', 6, 443, 'pass'],
    ['a network', '198.51.100.77', '10.0.2.2', 6, 22, 'allow by r-partner'],
    ['a control port', '10.0.2.1', '10.0.9.1', 6, 135, 'allow by r-rpc'],
    ['a handed-out port', '10.0.2.1', '10.0.9.1', 6, 49701, 'allow by r-rpc'],
    ['beyond the observed range', '10.0.2.1', '10.0.9.1', 6, 49702, 'deny'],
    ['neighbour discovery', '2001:db8:1::1', '2001:db8:1::2', 58, 135 * 256, 'pass'],
    ['other ICMPv6', '2001:db8:1::1', '2001:db8:1::2', 58, 128 * 256, 'deny'],
  ])('decides %s', (_, src, dst, protocol, port, expected) => {
    expect(verdict(SHOP, src, dst, protocol, port)).toBe(expected);
  });

  const groups = [groupOf('a', 'a', ['10.0.0.1']), groupOf('b', 'b', ['10.0.0.2'])];
  const rule = (id: string, action: 'allow' | 'deny') => ruleOf(id, [of('a')], [of('b')], [tcp(22)], action);

  it('applies sections by category, whatever their place in the list', () => {
    const sections = [
      { id: '1', category: 'application' as const, name: 'shop', rules: [rule('open', 'allow')] },
      { id: '2', category: 'emergency' as const, name: 'quarantine', rules: [rule('shut', 'deny')] },
    ];
    expect(verdict(policyOf(sections, groups, ['a', 'b']), '10.0.0.1', '10.0.0.2', 6, 22)).toBe('deny by shut');
  });

  it('takes the first rule of a section that matches', () => {
    const sections = [
      {
        id: '1',
        category: 'application' as const,
        name: 'shop',
        rules: [rule('first', 'allow'), rule('second', 'deny')],
      },
    ];
    expect(verdict(policyOf(sections, groups, []), '10.0.0.1', '10.0.0.2', 6, 22)).toBe('allow by first');
  });

  it('refuses to mean anything with a group missing', () => {
    expect(() => createFilter(policyOf([], groups, ['c']))).toThrow(expect.objectContaining({ code: 'unknown-group' }));
  });
});
