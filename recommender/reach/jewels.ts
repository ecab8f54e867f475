import { groupBy } from '../../analytics/graph/group-by';
import type { Topology } from '../../analytics/model/topology';
import { knownService, type ServiceTag } from '../../analytics/services';
import { compareText } from '../../ingest/kernel/text';
import type { Grounds } from './intruder-map';

/** What an intruder is after. */
export interface Jewel {
  /** Of the group, or of the workload where it is one alone. */
  readonly id: string;
  readonly name: string;
  /** Ids, sorted. */
  readonly workloads: readonly string[];
  /** "its members serve databases (postgres)". */
  readonly reason: string;
}

/** What holds the data, the identities, or all of it a second time; the first that applies is the reason. */
const PRECIOUS = [
  ['directory', 'answers for who everybody is'],
  ['database', 'keeps data'],
  ['backup', 'keeps a copy of everything'],
  ['secrets', 'keeps secrets'],
] as const satisfies readonly (readonly [ServiceTag, string])[];
/** Of a group's members, so many must serve it: one machine's agent is not what a group is for. */
const MOST_OF = 0.5;

/** Tiers and shared services that serve directories, databases, backups or secrets; sorted by name. */
export function suggestJewels({ groups }: Topology, served: Grounds['served']): Jewel[] {
  const byServer = groupBy(served, ({ server }) => server);
  return groups
    .filter(({ kind }) => kind === 'tier' || kind === 'shared-service')
    .flatMap(({ id, name, members }) => {
      const workloads = members.map(({ workload }) => workload);
      for (const [tag, why] of PRECIOUS) {
        const names = workloads.map((workload) =>
          (byServer.get(workload) ?? []).flatMap(({ service }) => {
            const known = knownService(service);
            return known?.tags.includes(tag) ? [known.name ?? tag] : [];
          }),
        );
        const serving = names.filter((found) => found.length > 0).length;
        if (serving > 0 && serving >= MOST_OF * workloads.length) {
          const reason = `${why}: ${serving} of ${workloads.length} serve ${[...new Set(names.flat())].sort().join(', ')}`;
          return [{ id, name, workloads: [...workloads].sort(), reason }];
        }
      }
      return [];
    })
    .sort((a, b) => compareText(a.name, b.name) || compareText(a.id, b.id));
}
