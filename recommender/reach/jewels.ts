import { groupBy } from '../../analytics/graph/group-by';
import type { Dependency } from '../../analytics/model/dependency';
import type { Topology } from '../../analytics/model/topology';
import { knownService, type ServiceTag } from '../../analytics/services';
import { compareText } from '../../ingest/kernel/text';
import { listWords } from '../propose/words';

type Use = Pick<Dependency, 'client' | 'server' | 'service'>;

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

/** What holds the data, the identities or the keys; the first that applies is the reason. */
const PRECIOUS = [
  ['directory', 'answers for who everybody is'],
  ['secrets', 'keeps secrets'],
  ['certificates', 'vouches for who is who'],
  ['database', 'keeps data'],
] as const satisfies readonly (readonly [ServiceTag, string])[];
/** Of a group's members, so many must serve it: one machine's agent is not what a group is for. */
const MOST_OF = 0.5;
/**
 * Who keeps the copies of others exchanges backup traffic with this many of them at least, whichever side asks: a client
 * of it serves its agent to its server alone.
 */
const MANY = 3;

/**
 * Tiers and shared services that serve directories, databases, secrets or certificates, and those that keep the backups
 * of many; sorted by name.
 */
export function suggestJewels({ groups }: Topology, uses: readonly Use[]): Jewel[] {
  const byServer = groupBy(uses, ({ server }) => server);
  const backups = backupPartners(uses);
  return groups
    .filter(({ kind }) => kind === 'tier' || kind === 'shared-service')
    .flatMap(({ id, name, members }) => {
      const workloads = members.map(({ workload }) => workload).sort();
      const reason = servesReason(workloads, byServer) ?? backupReason(workloads, backups);
      return reason === undefined ? [] : [{ id, name, workloads, reason }];
    })
    .sort((a, b) => compareText(a.name, b.name) || compareText(a.id, b.id));
}

function servesReason(workloads: readonly string[], byServer: ReadonlyMap<string, readonly Use[]>): string | undefined {
  for (const [tag, why] of PRECIOUS) {
    const names = workloads.map((workload) =>
      (byServer.get(workload) ?? []).flatMap(({ service }) => {
        const known = knownService(service);
        return known?.tags.includes(tag) ? [known.name ?? tag] : [];
      }),
    );
    const serving = names.filter((found) => found.length > 0).length;
    if (serving > 0 && serving >= MOST_OF * workloads.length)
      return `${why}: ${serving} of ${workloads.length} serve ${listWords([...new Set(names.flat())].sort())}`;
  }
  return undefined;
}

/** With whom each workload has backup traffic. */
function backupPartners(uses: readonly Use[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const note = (workload: string, partner: string): void => {
    const partners = found.get(workload);
    if (partners) partners.add(partner);
    else found.set(workload, new Set([partner]));
  };
  for (const { client, server, service } of uses) {
    if (!knownService(service)?.tags.includes('backup')) continue;
    note(client, server);
    note(server, client);
  }
  return found;
}

function backupReason(
  workloads: readonly string[],
  backups: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  const own = new Set(workloads);
  const others = new Set(
    workloads.flatMap((workload) => [...(backups.get(workload) ?? [])]).filter((partner) => !own.has(partner)),
  );
  const keeping = workloads.filter((workload) => {
    const partners = [...(backups.get(workload) ?? [])].filter((partner) => !own.has(partner));
    // Of two that exchange backups, the one with more partners is the one that keeps them.
    return partners.length >= MANY && partners.every((each) => (backups.get(each)?.size ?? 0) < partners.length);
  });
  if (keeping.length === 0 || keeping.length < MOST_OF * workloads.length) return undefined;
  return `keeps a copy of what others have: backup traffic with ${others.size} workloads`;
}
