import type { Dependency } from '../../model/dependency';
import type { Group } from '../../model/topology';
import { serviceKey, serviceName } from '../../services';
import { compareText } from '../../../ingest/kernel/text';
import { rounded } from '../figures';
import type { Likeness, SharedHabit } from './answer';

/** Share of the others that makes a habit theirs, or nearly nobody's. */
const MOST = 0.5;
const FEW = 0.2;

interface Habit extends Pick<SharedHabit, 'service' | 'name' | 'side'> {
  readonly members: Set<string>;
  readonly elsewhere: Set<string>;
}

/**
 * What a workload does as the others of its group do, and what not: services by side, whoever the peer. What is rare
 * elsewhere tells most, and comes first.
 *
 * @param dependencies answered ones, of the whole estate
 * @param managed ids of the managed workloads
 */
export function likenessOf(
  workload: string,
  group: Group,
  dependencies: readonly Dependency[],
  managed: ReadonlySet<string>,
): Likeness | null {
  const members = new Set(group.members.map((member) => member.workload));
  const others = members.size - 1;
  if (others < 1) return null;
  const outside = [...managed].filter((id) => !members.has(id)).length;
  const compared = [...habitsOf(members, dependencies, managed).values()]
    .map(({ service, name, side, members: who, elsewhere }) => ({
      own: who.has(workload),
      habit: {
        service,
        name,
        side,
        others: who.size - (who.has(workload) ? 1 : 0),
        elsewhere: outside === 0 ? 0 : rounded(elsewhere.size / outside),
      },
    }))
    .sort(
      ({ habit: a }, { habit: b }) =>
        a.elsewhere - b.elsewhere ||
        b.others - a.others ||
        compareText(b.side, a.side) ||
        compareText(a.service, b.service),
    );
  const those = (fits: (own: boolean, share: number) => boolean): SharedHabit[] =>
    compared.flatMap(({ own, habit }) => (fits(own, habit.others / others) ? [habit] : []));
  const { id, kind, name } = group;
  return {
    id,
    kind,
    name,
    others,
    common: those((own, share) => own && share >= MOST),
    own: those((own, share) => own && share < FEW),
    lacking: those((own, share) => !own && share >= MOST),
  };
}

/** What members do, and who else does it. */
function habitsOf(
  members: ReadonlySet<string>,
  dependencies: readonly Dependency[],
  managed: ReadonlySet<string>,
): ReadonlyMap<string, Habit> {
  const habits = new Map<string, Habit>();
  const ends = ({ client, server }: Dependency) => [[client, 'client'] as const, [server, 'server'] as const];
  for (const dependency of dependencies) {
    for (const [end, side] of ends(dependency)) {
      if (!members.has(end)) continue;
      const service = serviceKey(dependency.service);
      const key = `${side} ${service}`;
      let habit = habits.get(key);
      if (!habit) {
        habit = { service, name: serviceName(dependency.service), side, members: new Set(), elsewhere: new Set() };
        habits.set(key, habit);
      }
      habit.members.add(end);
    }
  }
  for (const dependency of dependencies) {
    for (const [end, side] of ends(dependency)) {
      if (!members.has(end) && managed.has(end))
        habits.get(`${side} ${serviceKey(dependency.service)}`)?.elsewhere.add(end);
    }
  }
  return habits;
}
