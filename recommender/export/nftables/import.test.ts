import { SHOP } from '../../model/policy.fixture';
import { parseAddress } from '../../../ingest/kernel/ip';
import { nftables } from '.';

const { files } = nftables.render(SHOP);
const text = files[0]?.text ?? '';
const importing = (changed: string) => () => nftables.import([{ path: 'x.nft', text: changed }]);
const HEAD = 'table inet t {\n set a {\n type ipv4_addr\n flags interval\n auto-merge\n }\n';
const REPLIES = 'ct state vmap { established : accept, related : accept }';
const chain = (rules: string, policy = 'accept') =>
  `${HEAD} chain f {\n type filter hook forward priority filter\n policy ${policy}\n ${REPLIES}\n ${rules}\n }\n}\nadd element inet t a { 10.0.0.1 }\n`;

function verdict(changed: string, src: string, dst: string, protocol: number, port: number): string | undefined {
  return importing(changed)()[0]?.filter.decide({ src: parseAddress(src), dst: parseAddress(dst), protocol, port })
    .action;
}

describe('the nftables importer', () => {
  it.each([
    ['the first verdict', 'tcp dport 1 drop\n tcp dport 1 accept', 1, 'deny'],
    ['one of several ports', 'tcp dport { 1, 3-5 } drop', 4, 'deny'],
    ['several statements on a line', 'tcp dport 9 drop; tcp dport 1 drop', 1, 'deny'],
    ['a set that holds the source', 'ip saddr @a tcp dport 1 drop', 1, 'deny'],
    ['a set that does not hold the destination', 'ip daddr @a drop', 1, 'pass'],
    ['all matches of a rule', 'tcp dport 1-9 tcp dport 5 drop', 4, 'pass'],
    ['a protocol number', 'meta l4proto 6 drop', 1, 'deny'],
    ['a loopback rule as none', 'iifname "lo" drop', 1, 'pass'],
    ['a rate-limited log as none', 'limit rate 1/second log prefix "x"', 1, 'pass'],
  ])('takes %s', (_, rules, port, expected) => {
    expect(verdict(chain(rules), '10.0.0.1', '10.0.0.2', 6, port)).toBe(expected);
  });

  it('takes the chain’s policy last', () => {
    expect(verdict(chain('tcp dport 1 accept', 'drop'), '10.0.0.1', '10.0.0.2', 6, 2)).toBe('deny');
  });

  it('reads an ICMP type without a code as all its codes', () => {
    expect(verdict(chain('icmp type 8 drop'), '10.0.0.1', '10.0.0.2', 1, 8 * 256 + 3)).toBe('deny');
    expect(verdict(chain('icmp type 8 icmp code 0 drop'), '10.0.0.1', '10.0.0.2', 1, 8 * 256 + 3)).toBe('pass');
  });

  it('takes the file twice as once', () => {
    expect(
      importing(text + text)()[0]?.filter.decide({
        src: parseAddress('10.0.1.1'),
        dst: parseAddress('10.0.2.1'),
        protocol: 6,
        port: 8443,
      }),
    ).toEqual({
      action: 'allow',
      rule: 'r-web-app',
    });
  });

  it.each([
    ['an unknown match', chain('ip saddr @a th dport 1 drop'), /x\.nft:11: expected a match/],
    [
      'a host name, which nft would look up',
      `${HEAD}}\nadd element inet t a { example }`,
      /x\.nft:8: expected an ipv4/,
    ],
    ['an address of the other family', `${HEAD}}\nadd element inet t a { 2001:db8::1 }`, /expected an ipv4/],
    ['a port beyond the last', chain('tcp dport 70000 drop'), /up to 65535, found "70000"/],
    ['a range from back to front', chain('tcp dport 9-1 drop'), /found "9-1"/],
    ['a verdict behind a rate', chain('limit rate 1/second drop'), /no verdict behind a rate limit/],
    ['a set that is not there', chain('ip saddr @b drop'), /there is no set b/],
    ['a set of the other family', chain('ip6 saddr @a drop'), /set a is not of ipv6/],
    ['a chain that is not there', chain('jump nowhere'), /there is no chain nowhere/],
    ['jumps that go round', chain('jump f'), /go round or too deep/],
    ['a hook without replies', chain('accept').replace(REPLIES, ''), /lets no replies through/],
    ['a second table', 'add table inet a\nadd table inet b\n', /table a, the only one/],
    ['an unfinished file', HEAD, /found the end of the file/],
    ['a set never declared', 'flush set inet t a\n', /a set declared before/],
    ['a stray command', 'delete table inet t\n', /instead of "delete table"/],
  ])('refuses %s', (_, changed, message) => {
    expect(importing(changed)).toThrow(
      expect.objectContaining({ code: 'bad-export', message: expect.stringMatching(message) }),
    );
  });
});

describe('the nftables renderer', () => {
  it('keeps names and comments within what nft takes', () => {
    const long = {
      ...SHOP,
      groups: SHOP.groups.map((group) => ({ ...group, name: `${group.name} ${'x'.repeat(400)}` })),
    };
    const rendered = nftables.render(long).files[0]?.text ?? '';
    const names = [...rendered.matchAll(/(?:set|chain) (\S+) \{/g)].map(([, name]) => name ?? '');
    expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(255);
    expect(new Set(names).size).toBe(names.length);
  });

  it('refuses ports where the protocol has none', () => {
    const [section] = SHOP.sections;
    const [rule] = section?.rules ?? [];
    const policy = {
      ...SHOP,
      sections: [{ ...section!, rules: [{ ...rule!, services: [{ kind: 'port' as const, protocol: 47, port: 1 }] }] }],
    };
    expect(() => nftables.render(policy)).toThrow(expect.objectContaining({ code: 'not-expressible' }));
  });
});
