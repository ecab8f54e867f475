import * as fc from 'fast-check';
import { exportPolicy } from '../export';
import { BACKENDS } from '../export/registry';
import { arbitraryPolicy } from '../model/arbitrary-policy.fixture';
import { rulesInOrder } from '../model/decide';
import { SHOP } from '../model/policy.fixture';
import type { Policy } from '../model/policy';
import { readRuleset } from './read-ruleset';

const naming = { name: 'imported', created: new Date('2026-03-01T00:00:00Z') };
const back = (backend: string, policy: Policy, known?: Policy) =>
  readRuleset(backend, exportPolicy(policy, BACKENDS.get(backend)!).files, { ...naming, known });

describe.each(['nftables', 'nftables-host'])('reading back what %s was given', (backend) => {
  it('finds the rules by their ids and words, and the groups by their names', () => {
    const { policy, remarks } = back(backend, SHOP);
    expect(remarks).toEqual([]);
    expect(rulesInOrder(policy).map(({ id, words }) => [id, words])).toEqual(
      rulesInOrder(SHOP).map(({ id, words }) => [id, words]),
    );
    expect(policy.groups.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['web of shop', 'app of shop', 'dns']),
    );
    expect(policy.sections.map(({ name }) => name)).toEqual(['Shared services', 'shop']);
    expect(rulesInOrder(policy).every(({ origin }) => origin === 'imported')).toBe(true);
  });

  it('is the policy itself, as far as it enforces, where that is known', () => {
    const { policy } = back(backend, SHOP, SHOP);
    expect(policy.sections.map(({ id, category }) => [id, category])).toEqual(
      SHOP.sections.map(({ id, category }) => [id, category]),
    );
    expect(rulesInOrder(policy).map(({ evidence }) => evidence)).toEqual(
      rulesInOrder(SHOP).map(({ evidence }) => evidence),
    );
    expect(policy.appliedTo).toEqual(expect.arrayContaining(['app', 'db', 'dns', 'web']));
  });

  it('means any small policy, or says why it cannot', () => {
    fc.assert(
      fc.property(arbitraryPolicy(['allow', 'deny']), (policy) => {
        const { remarks } = back(backend, policy);
        expect(remarks).toEqual([]);
      }),
      { numRuns: 100, seed: 31 },
    );
  });
});

const ROUTER = `
flush ruleset
define office = { 192.0.2.0/24, 198.51.100.7 }
table inet filter {
  # the shop's front
  set web { type ipv4_addr; flags interval; elements = { 10.0.1.1-10.0.1.6, 10.0.1.9 } }
  set db4 { type ipv4_addr; elements = { 10.0.3.1, 10.0.3.2 } }
  set db6 { type ipv6_addr; elements = { 2001:db8::31 } }
  chain input { type filter hook input priority 0; policy drop; ct state established,related accept }
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state vmap { established : accept, related : accept, invalid : drop }
    iif "lo" accept
    # everybody may look at the shop
    ip daddr @web tcp dport { http, https } ct state new counter packets 12 bytes 900 accept
    ip saddr $office tcp dport ssh log prefix "ssh: " accept comment "admins of the office"
    ip saddr @web ip daddr @db4 jump databases
    ip6 saddr 2001:db8::/64 ip6 daddr @db6 tcp dport postgresql accept
    icmp type echo-request limit rate 5/second log prefix "ping "
    icmp type { echo-request, destination-unreachable } accept
    ip saddr != 10.0.0.0/8 ip daddr @db4 reject with icmp type admin-prohibited
  }
  chain databases {
    tcp dport 5432 counter accept
    udp dport != 53 drop
  }
}
`;
const reading = (text: string) => () => readRuleset('nftables', [{ path: 'router.nft', text }], naming);

describe('a ruleset that somebody wrote', () => {
  it('becomes rules in our words, closed as the chain is', () => {
    const { policy, remarks } = reading(ROUTER)();
    expect(rulesInOrder(policy).map(({ action, words, log }) => `${action}${log ? ' and log' : ''}: ${words}`)).toEqual(
      [
        'allow: everybody may look at the shop',
        'allow and log: admins of the office',
        "allow: the shop's front may reach db on postgres (5432/tcp)",
        "deny: the shop's front may not reach db on udp dynamic (0 to 52) and udp dynamic (54 to 65535)",
        'allow: 2001:db8::/64 may reach db on postgres (5432/tcp)',
        expect.stringMatching(/^allow: anything may reach anything on icmp unreachable, .* and 12 more services$/),
        expect.stringMatching(/^deny: 0.0.0.0\/5, .* and .* may not reach db on any protocol$/),
      ],
    );
    expect(policy.groups.map(({ name, addresses }) => [name, addresses])).toEqual([
      ['db', ['10.0.3.1', '10.0.3.2', '2001:db8::31']],
      ['everything', ['0.0.0.0/0', '::/0']],
      ["the shop's front", ['10.0.1.1', '10.0.1.2/31', '10.0.1.4/31', '10.0.1.6', '10.0.1.9']],
    ]);
    expect(policy.appliedTo).toEqual([policy.groups.find(({ name }) => name === 'everything')?.id]);
    expect(remarks).toEqual([
      'router.nft: what stands at hook input is not about this and was left aside',
      'an ICMP type without a code was read as the codes that the standards define for it',
      'the files deny IPv6 neighbour discovery, which is below any policy and stays allowed',
    ]);
  });

  it.each([
    ['source ports', 'tcp sport 53 accept', /router\.nft:\d+: expected "dport", found "sport"/],
    ['interfaces', 'iifname "eth0" accept', /expected "lo", found "eth0"/],
    ['rates', 'tcp dport 22 limit rate 3/minute accept', /no verdict behind a rate limit/],
    ['sets that expire', '', /expected interval or constant, found "timeout"/],
    ['a way back out of a chain', 'jump databases', /expected no return from a chain/],
  ])('is refused with file, line and what was expected: %s', (what, line, message) => {
    const changed = ROUTER.replace('iif "lo" accept', line);
    const text = what.startsWith('sets') ? changed.replace('flags interval', 'flags timeout') : changed;
    const returning = what.startsWith('a way') ? text.replace('udp dport != 53 drop', 'return') : text;
    expect(reading(returning)).toThrow(
      expect.objectContaining({ code: 'bad-export', message: expect.stringMatching(message) }),
    );
  });

  it('is refused without a chain where it is needed, and beyond what is read', () => {
    expect(reading('table inet t {\n}\n')).toThrow(expect.objectContaining({ code: 'bad-ruleset' }));
    expect(() => readRuleset('nftables', [], naming)).toThrow(/expected 1 to 1000 files/);
    expect(() => readRuleset('iptables', [], naming)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});

describe('our own document', () => {
  it('is the policy itself', () => {
    expect(back('json', SHOP)).toEqual({ policy: SHOP, remarks: [] });
    expect(() => readRuleset('json', [{ path: 'p.json', text: '{}' }], naming)).toThrow(/p\.json: /);
  });
});
