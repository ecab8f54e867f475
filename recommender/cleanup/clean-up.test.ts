import * as fc from 'fast-check';
import { parseAddress } from '../../ingest/kernel/ip';
import { arbitraryPolicy } from '../model/arbitrary-policy.fixture';
import { createFilter, rulesInOrder } from '../model/decide';
import type { Policy, Rule } from '../model/policy';
import { groupOf, of, ruleOf, SHOP, tcp } from '../model/policy.fixture';
import { cleanUp } from './clean-up';
import type { RuleUse, SeenUse } from './finding';
import { createNarrower } from './narrower';

const now = new Date('2026-04-01T00:00:00Z');
const window = { from: 1_774_224_000, to: 1_774_828_800 };
const hosts = SHOP.groups.flatMap(({ addresses }) => addresses).filter((text) => !text.includes('/'));
const all = { kind: 'any' } as const;

function withRules(...rules: readonly Rule[]): Policy {
  return { ...SHOP, sections: [{ id: 's', category: 'application', name: 's', rules }] };
}
function seen(client: string, server: string, port: number): SeenUse {
  return { client, server, protocol: 6, port };
}
function report(policy: Policy, uses: readonly (readonly [string, RuleUse])[]) {
  return cleanUp(policy, { now, uses: { window, hosts, rules: new Map(uses) } }).findings;
}
const used = (...uses: readonly SeenUse[]): RuleUse => ({ tuples: uses.length, connections: 9, seen: uses });

describe('cleaning up', () => {
  it('finds nothing to say of a policy that is used as it is written', () => {
    const uses = rulesInOrder(SHOP).map(({ id }) => [id, { tuples: 1000, connections: 1000 }] as const);
    expect(report(SHOP, uses)).toEqual([]);
  });

  it('says nothing of use without traffic to look at', () => {
    expect(cleanUp(SHOP, { now })).toEqual({ policy: SHOP.id, window: null, rules: 6, findings: [] });
  });

  it('names what decides instead', () => {
    const [web, more] = [
      ruleOf('r-web', [of('web')], [of('app')], [tcp(443)]),
      ruleOf('r-all', [of('web')], [all], [tcp(443)]),
    ];
    expect(cleanUp(withRules(more, web), { now }).findings).toMatchObject([
      {
        kind: 'shadowed',
        rule: 'r-web',
        by: ['r-all'],
        words: expect.stringContaining('"r-all in words" (r-all) before it decides all'),
      },
    ]);
    expect(cleanUp(withRules(web, more), { now }).findings).toMatchObject([
      { kind: 'redundant', rule: 'r-web', by: ['r-all'], words: expect.stringContaining('after it says the same') },
    ]);
  });

  it('finds what has run out, everything to everything, and groups that are one', () => {
    const lease = { expires: '2026-03-31T00:00:00Z', reason: 'seen on 1 of 30 days', calendar: null };
    const policy = {
      ...withRules({ ...ruleOf('r', [all], [{ kind: 'prefix', prefix: '0.0.0.0/0' }], [tcp(22)]), lease }),
      groups: [...SHOP.groups, groupOf('db-too', 'databases', ['10.0.3.1/32'])],
    };
    expect(cleanUp(policy, { now }).findings).toMatchObject([
      {
        kind: 'expired',
        rule: 'r',
        words: expect.stringContaining('until 2026-03-31T00:00:00Z (seen on 1 of 30 days)'),
      },
      { kind: 'any-any', rule: 'r' },
      { kind: 'duplicate-groups', rule: null, by: ['db', 'db-too'] },
    ]);
  });

  it('finds what nobody uses', () => {
    expect(report(withRules(ruleOf('r', [of('web')], [of('app')], [tcp(22)])), [])).toMatchObject([
      { kind: 'unused', rule: 'r', numbers: { opened: 5, used: 0, connections: 0 } },
    ]);
  });

  it('narrows to what was used: groups where most of them is, addresses otherwise, ports instead of ranges', () => {
    const range = { kind: 'dynamic', protocol: 6, control: null, observed: { first: 8000, last: 9000 } } as const;
    const broad: Rule = { ...ruleOf('r', [all], [of('app'), of('db')], [range, tcp(22)]), origin: 'imported' };
    const [found] = report(withRules(broad), [
      [
        'r',
        used(
          seen('10.0.1.1', '10.0.3.1', 8443),
          seen('10.0.1.2', '10.0.3.1', 8080),
          seen('10.0.9.1', '10.0.3.1', 8080),
        ),
      ],
    ]);
    expect(found).toMatchObject({
      kind: 'over-broad',
      numbers: { opened: 21 * 1002, used: 3 },
      suggested: {
        sources: [of('web'), of('dns')],
        destinations: [of('db')],
        services: [tcp(8080), tcp(8443)],
        words: 'web of shop and dns may reach db of shop on http-alt (8080/tcp) and 8443/tcp',
        origin: 'edited',
        surface: { opened: 6, unused: 3 },
      },
    });
    expect(found?.words).toMatch(
      /opens 21,042 combinations .*, of which 3 were used .*2026-03-23T00:00:00.000Z to .* opens 6 comb/,
    );
  });

  it('has no advice where there is too much to list', () => {
    const broad = ruleOf('r', [all], [all], [tcp(22)]);
    expect(report(withRules(broad), [['r', { tuples: 3, connections: 3 }]])).toMatchObject([
      { kind: 'any-any' },
      { kind: 'over-broad', suggested: null },
    ]);
  });

  it('never advises what would deny anything that was seen, or open anything that was not open', () => {
    const ends = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.1.1', '198.51.100.7', '2001:db8::1', '2001:db8::2'];
    const ports = [53, 135, 443, 444, 445, 8443, 49152].flatMap((port) =>
      [6, 17].map((protocol) => ({ protocol, port })),
    );
    const packets = ends.flatMap((client) =>
      ends.flatMap((server) => ports.map((port) => ({ client, server, ...port }))),
    );
    const admits = (policy: Policy, rule: Rule) => {
      const filter = createFilter({
        ...policy,
        sections: [{ id: 's', category: 'application', name: 's', rules: [rule] }],
      });
      return packets.filter(
        ({ client, server, protocol, port }) =>
          client !== server &&
          client.includes(':') === server.includes(':') &&
          filter.decide({ src: parseAddress(client), dst: parseAddress(server), protocol, port }).rule !== null,
      );
    };
    fc.assert(
      fc.property(arbitraryPolicy(['allow']), fc.infiniteStream(fc.nat(4)), (policy, dice) => {
        for (const { alertOnly: _, ...plain } of rulesInOrder(policy)) {
          const rule: Rule = { ...plain, origin: 'imported' };
          const open = admits(policy, rule);
          const uses = open.filter(() => dice.next().value === 0);
          const less = createNarrower(policy)(rule, uses);
          if (!less || uses.length === 0) continue;
          const left = admits(policy, less);
          expect(open).toEqual(expect.arrayContaining(left));
          expect(left).toEqual(expect.arrayContaining(uses));
        }
      }),
      { numRuns: 100, seed: 23 },
    );
  });
});
