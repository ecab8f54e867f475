import fc from 'fast-check';
import { WayleaveError } from '../../../ingest/kernel/errors';
import type { GroupDecision, GroupWish } from '../../model/group-decision';
import type { Topology } from '../../model/topology';
import type { Workload } from '../../model/workload';
import { dependency, managed, tcp } from '../../quality/estate';
import { canonicalEnvironment } from '../applications/environments';
import { groupWorkloads } from '../group-workloads';
import { all, type Estate } from '../testing/company';
import { decisionOn } from '../testing/topology';
import { settleWish } from './settle-wish';

const window = { from: 0, to: 86_400 };

const placesIn = ({ groups }: Topology) =>
  groups.filter(({ kind }) => kind === 'application' || kind === 'shared-service');
const hosts = (topology: Topology) =>
  placesIn(topology)
    .map(({ environment, members }) => {
      const own = members.flatMap(({ workload, lent }) => (lent ? [] : [workload]));
      return `${environment ?? '-'}: ${own.join(' ')}`;
    })
    .sort();
const groupsOf = ({ groups }: Topology, workload: string) =>
  groups.filter(({ members }) => members.some((each) => each.workload === workload && !each.lent));
const homeOf = (topology: Topology, workload: string): string =>
  groupsOf(topology, workload).find(({ kind }) => kind !== 'tier')?.id ?? '';
const tierOf = (topology: Topology, workload: string): string =>
  groupsOf(topology, workload).find(({ kind }) => kind === 'tier')?.id ?? '';
const decided = (estate: Estate, first: Topology, wish: GroupWish) =>
  groupWorkloads({ ...estate, window, previous: first, decisions: [decisionOn(first, wish, 1)] });

describe('a decision on an application of no environment', () => {
  const [shop, dev, prod] = [
    ['alpha', 'bravo', 'charlie'],
    ['delta', 'echo'],
    ['papa', 'quebec'],
  ] as const;
  const estate: Estate = {
    workloads: [
      ...shop.map((id) => managed(id, { app: 'shop' })),
      ...dev.map((id) => managed(id, { env: 'dev' })),
      ...prod.map((id) => managed(id, { env: 'prod' })),
    ],
    dependencies: [
      ...all([...dev, ...prod], shop, tcp(8080)),
      ...all(shop, shop),
      ...all(dev, dev),
      ...all(prod, prod),
    ],
  };
  const first = groupWorkloads({ ...estate, window });
  const group = homeOf(first, 'alpha');

  it.each<GroupWish>([
    { kind: 'confirm', group },
    { kind: 'pin', group, workloads: ['alpha'] },
  ])('takes in none of those that use it: $kind', (wish) => {
    expect(hosts(first)).toEqual(['-: alpha bravo charlie', 'dev: delta echo', 'prod: papa quebec']);
    expect(hosts(decided(estate, first, wish))).toEqual(hosts(first));
  });
});

describe('an application of which only some are labelled', () => {
  const [web, app, db] = [
    ['alpha', 'bravo', 'charlie'],
    ['delta', 'echo', 'foxtrot'],
    ['golf', 'hotel'],
  ] as const;
  const estate: Estate = {
    workloads: [...web.map((id) => managed(id, { env: 'prod' })), ...[...app, ...db].map((id) => managed(id))],
    dependencies: [...all(web, app, tcp(8080)), ...all(app, db, tcp(5432))],
  };
  const first = groupWorkloads({ ...estate, window });
  const [webs, apps] = [tierOf(first, 'alpha'), tierOf(first, 'delta')];

  it.each<GroupWish>([
    { kind: 'merge', groups: [webs, apps] },
    { kind: 'merge', groups: [apps, webs] },
    { kind: 'move', group: apps, workloads: ['alpha'] },
    { kind: 'pin', group: homeOf(first, 'golf'), workloads: ['golf'] },
  ])('keeps its environment through %j', (wish) => {
    expect(hosts(decided(estate, first, wish))).toEqual(['prod: alpha bravo charlie delta echo foxtrot golf hotel']);
  });
});

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
const labels = fc.record(
  { env: fc.constantFrom('dev', 'prod', 'Production'), app: fc.constantFrom('x', 'y') },
  { requiredKeys: [] },
);
const several = fc.subarray(IDS, { minLength: 1, maxLength: 3 });
type Wanted = Readonly<{ kind: 'confirm' | 'pin' | 'move' | 'merge' | 'split'; of: readonly string[]; at: string }>;

function wishFor(topology: Topology, { kind, of, at }: Wanted): GroupWish {
  const group = homeOf(topology, at);
  const mates = of.filter((id) => homeOf(topology, id) === group);
  if (kind === 'merge') return { kind, groups: [group, ...of.map((id) => homeOf(topology, id))] };
  if (kind === 'confirm') return { kind, group };
  if (kind === 'split') return { kind, group, workloads: mates, name: 'part' };
  return { kind, group, workloads: kind === 'pin' ? mates : of };
}

describe('an application or shared service', () => {
  it('is of one environment, whatever people decide and however labels change', () => {
    const drawn = fc.record({
      now: fc.array(labels, { minLength: IDS.length, maxLength: IDS.length }),
      later: fc.option(fc.array(labels, { minLength: IDS.length, maxLength: IDS.length })),
      calls: fc.array(fc.tuple(fc.constantFrom(...IDS), fc.constantFrom(...IDS)), { maxLength: 30 }),
      wanted: fc.array(
        fc.record({
          kind: fc.constantFrom('confirm', 'pin', 'move', 'merge', 'split'),
          of: several,
          at: fc.constantFrom(...IDS),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    });
    fc.assert(
      fc.property(drawn, ({ now, later, calls, wanted }) => {
        const dependencies = calls.flatMap(([client, server]) =>
          client === server ? [] : [dependency(client, server, tcp(443))],
        );
        const known = new Map(dependencies.map((each) => [`${each.client} ${each.server}`, each]));
        const estate = (of: typeof now): Estate => ({
          workloads: IDS.map((id, at): Workload => ({ ...managed(id), labels: { ...of[at] } })),
          dependencies: [...known.values()],
        });
        const first = groupWorkloads({ ...estate(now), window });
        const decisions: GroupDecision[] = [];
        for (const want of wanted) {
          try {
            const { wish } = settleWish(wishFor(first, want), first, decisions);
            decisions.push(decisionOn(first, wish, decisions.length + 1));
          } catch (error) {
            if (!(error instanceof WayleaveError)) throw error;
          }
        }
        const then = estate(later ?? now);
        const second = groupWorkloads({ ...then, window, previous: first, decisions });
        const third = groupWorkloads({ ...then, window, previous: second, decisions });
        for (const { members } of [second, third].flatMap(placesIn)) {
          const environments = members.flatMap(({ workload, lent }) => {
            const env = lent ? undefined : then.workloads.find(({ id }) => id === workload)?.labels.env;
            return env === undefined ? [] : [canonicalEnvironment(env)];
          });
          expect(new Set(environments).size).toBeLessThanOrEqual(1);
        }
        const unmet = later === null ? [second, third].flatMap((topology) => topology.unmet ?? []) : [];
        expect(unmet).toEqual([]);
      }),
      { numRuns: 15, seed: 7 },
    );
  });
});
