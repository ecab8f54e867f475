import type { Dependency } from '../../model/dependency';
import { dependency, tcp, udp } from '../../quality/estate';
import type { GroupWish } from '../../model/group-decision';
import { gatherEvidence } from '../evidence';
import { decisionOn, topologyOf } from '../testing/topology';
import { findDisagreements } from './disagreements';
import { foldDecisions } from './fold-decisions';

type Sketch = Parameters<typeof topologyOf>[0];

const dependencies = [
  ...['a', 'b', 'c'].map((client) => dependency(client, 'd', tcp(5432))),
  dependency('e', 'd', tcp(5432)),
  dependency('f', 'e', tcp(8080)),
  ...['a', 'b', 'c', 'd', 'e', 'f', 's'].map((client) => dependency(client, 'n', udp(53))),
  dependency('a', 't', udp(123)),
  dependency('b', 't', udp(123)),
];

const before = topologyOf({
  shop: 'a b c d',
  hr: 'e f',
  dns: { kind: 'shared-service', members: 'n' },
  ntp: { kind: 'shared-service', members: 't' },
  nessus: { kind: 'scanner', members: 's' },
});

function disagreements(after: Sketch, wish: GroupWish, more: readonly Dependency[] = []) {
  const { workloads, groups } = topologyOf(after);
  const evidence = gatherEvidence(workloads, [...dependencies, ...more], () => undefined);
  const held = foldDecisions([decisionOn(before, wish, 1)], before);
  return findDisagreements(held, evidence, evidence.uses, groups);
}

const shared = { kind: 'shared-service' as const };

describe('findDisagreements', () => {
  it('tells of who is kept in an application and works with another', () => {
    expect(
      disagreements(
        { shop: 'a b c s', hr: 'd e f', dns: { ...shared, members: 'n' }, ntp: { ...shared, members: 't' } },
        { kind: 'move', group: 'hr', workloads: ['d', 'e'] },
      ),
    ).toEqual([
      {
        workload: 'd',
        group: 'hr',
        between: 'decision',
        suggested: 'shop',
        reason: {
          text: "75 % of its traffic with applications, by weight, is with shop, 25 % with hr, against ann's move of 2 workloads to hr on 2025-10-09",
          weight: -0.5,
        },
      },
    ]);
  });

  it('tells of a confirmed shared service that one application uses alone', () => {
    const groups = { shop: 'a b c d', hr: 'e f s', dns: { ...shared, members: 'n' }, ntp: { ...shared, members: 't' } };
    expect(disagreements(groups, { kind: 'confirm', group: 'dns' })).toEqual([]);
    expect(disagreements(groups, { kind: 'confirm', group: 'ntp' }, [dependency('n', 't', udp(123))])).toMatchObject([
      {
        workload: 't',
        group: 'ntp',
        suggested: 'shop',
        reason: {
          text: expect.stringMatching(/^all 2 workloads of applications that it has to do with are of shop/) as string,
        },
      },
    ]);
  });

  it('tells of a refused shared service that everybody still uses', () => {
    const groups = { shop: 'a b c d n t', hr: 'e f s' };
    expect(disagreements(groups, { kind: 'refuse', group: 'dns' })).toMatchObject([
      {
        workload: 'n',
        group: 'shop',
        suggested: null,
        reason: {
          text: expect.stringMatching(/^it has to do with 7 of 9 managed workloads/) as string,
          weight: -0.778,
        },
      },
    ]);
    expect(disagreements(groups, { kind: 'refuse', group: 'ntp' })).toEqual([]);
  });

  it('tells of who is as much like another tier', () => {
    const { groups, workloads } = topologyOf({
      shop: 'a b',
      web: { kind: 'tier', application: 'shop', members: 'a' },
      db: { kind: 'tier', application: 'shop', members: 'b' },
    });
    const held = groups.map((group) => ({
      ...group,
      members: group.members.map((member) => ({
        ...member,
        decision: 'decision-1',
        ...(group.id === 'web' ? { next: { group: 'db', fit: 1 } } : {}),
      })),
    }));
    const taken = foldDecisions([decisionOn(before, { kind: 'pin', group: 'shop', workloads: ['a'] }, 1)], before);
    const evidence = gatherEvidence(workloads, [], () => undefined);
    expect(
      findDisagreements(taken, evidence, [], held).map(({ workload, suggested }) => [workload, suggested]),
    ).toEqual([['a', 'db']]);
  });
});
