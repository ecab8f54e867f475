import { groupBy } from '../../analytics/graph/group-by';
import type { Policy } from '../model/policy';
import { rulesInOrder } from '../model/decide';
import { measureExtent, type Extent } from './extent';
import { mapIntruder, type Area, type Grounds, type Means } from './intruder-map';
import type { Jewel } from './jewels';
import { findApproach, pathWords, type Approach, type Hop } from './paths';

/** The same without any policy, and under one. */
export interface Compared<Of> {
  readonly before: Of;
  readonly after: Of;
}

/** A hop as it is told: by what rule. */
export interface ToldHop {
  readonly from: string;
  readonly to: string;
  /** As `serviceWords` has it. */
  readonly service: Hop['service'];
  /** `ssh`, `smb`, …; null where the service administers nothing. */
  readonly administration: string | null;
  readonly rule: string | null;
  /** What the rule says; "no rule is about it" where none does. */
  readonly words: string;
}

export interface JewelReach extends Omit<Jewel, 'workloads'> {
  readonly workloads: number;
  /** Other workloads from which it can be reached, in any number of hops. */
  readonly before: number;
  readonly after: number;
  /** By administration protocols only. */
  readonly administration: Compared<number>;
  /** The shortest way that is left, in words; null where there is none. */
  readonly path: string | null;
  /** For each number of hops, the shortest way of the most workloads that need so many. */
  readonly paths: readonly (readonly ToldHop[])[];
}

/** How far an intruder on a managed workload gets, from host to host by what they serve. */
export interface ReachReport {
  readonly policy: string;
  readonly words: readonly string[];
  readonly any: Compared<Extent>;
  readonly administration: Compared<Extent>;
  readonly jewels: readonly JewelReach[];
}

/**
 * The worst case: whoever may connect to a service takes its server over. What is served is what was seen served, so
 * what nobody has used is not on the map.
 *
 * @param from ids of the workloads an intruder may be on; all managed ones where it is left out
 * @throws WayleaveError `unknown-group` of the policy
 */
export function measureReach(
  policy: Policy,
  grounds: Grounds,
  jewels: readonly Jewel[],
  from?: ReadonlySet<string>,
): ReachReport {
  const managed = new Set(grounds.workloads.filter(({ kind }) => kind === 'managed').map(({ id }) => id));
  const starting = from ?? managed;
  const isStart = ({ workloads }: Area) => workloads.every((id) => starting.has(id));
  const among = groupBy(
    jewels.flatMap(({ id, workloads }) => workloads.map((workload) => ({ id, workload }))),
    ({ workload }) => workload,
  );
  const mark = (id: string) => JSON.stringify([starting.has(id), (among.get(id) ?? []).map((jewel) => jewel.id)]);
  const maps = { before: mapIntruder(null, grounds, mark), after: mapIntruder(policy, grounds, mark) };
  const extent = (means: Means): Compared<Extent> => ({
    before: measureExtent(maps.before, means, isStart),
    after: measureExtent(maps.after, means, isStart),
  });
  const rules = new Map(rulesInOrder(policy).map(({ id, words }) => [id, words]));
  const told = (hop: Hop): ToldHop => ({
    from: hop.from,
    to: hop.to,
    service: hop.service,
    administration: hop.administration ?? null,
    rule: hop.rule,
    words: hop.rule === null ? 'no rule is about it' : (rules.get(hop.rule) ?? hop.rule),
  });
  const [any, administration] = [extent('any'), extent('administration')];
  return {
    policy: policy.id,
    words: [wordsOf(any, 'whatever is served'), wordsOf(administration, 'administration protocols')],
    any,
    administration,
    jewels: jewels.map(({ workloads, ...jewel }) => {
      const goal = new Set(workloads);
      const approach = (when: keyof typeof maps, means: Means): Approach =>
        findApproach(maps[when], goal, means, isStart);
      const left = approach('after', 'any');
      return {
        ...jewel,
        workloads: workloads.length,
        before: approach('before', 'any').from,
        after: left.from,
        administration: {
          before: approach('before', 'administration').from,
          after: approach('after', 'administration').from,
        },
        path: left.paths[0] ? pathWords(left.paths[0]) : null,
        paths: left.paths.map((path) => path.map(told)),
      };
    }),
  };
}

function wordsOf({ before, after }: Compared<Extent>, by: string): string {
  const number = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
  const all = (extent: Extent) => number(extent.hops.at(-1) ?? 0);
  return (
    `by ${by}, an intruder on one of ${number(after.starts)} workloads reaches ${number(after.hops[0] ?? 0)} others ` +
    `in one hop and ${all(after)} in any number, on average; without a policy ${all(before)}; at worst ${number(after.most)}`
  );
}
