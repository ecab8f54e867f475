import type { Evidence } from '../evidence';

/** Ways in which traffic between managed workloads ties nobody, as in "no traffic but …". */
const ASIDE = ['with shared services', 'with scanners', 'in meshes', 'with other environments'] as const;
type Aside = (typeof ASIDE)[number];

/** Shared services and scanners by workload number, meshes by service number. */
interface Untying {
  readonly sharing: ReadonlySet<number>;
  readonly scanning: ReadonlySet<number>;
  readonly meshed: ReadonlySet<number>;
}

/**
 * What the members of an application without ties do with managed workloads all the same.
 *
 * @param applicationOf by workload number, applications without ties only
 * @returns by application, in words: "with shared services (4 uses) and in meshes (2 uses)"; missing where it is nothing
 */
export function describeAside(
  { uses, isManaged }: Pick<Evidence, 'uses' | 'isManaged'>,
  applicationOf: ReadonlyMap<number, number>,
  { sharing, scanning, meshed }: Untying,
): ReadonlyMap<number, string> {
  const counts = new Map<number, Map<Aside, number>>();
  for (const { client, server, service } of uses) {
    const [from, to] = [applicationOf.get(client), applicationOf.get(server)];
    if ((from === undefined && to === undefined) || !isManaged(client) || !isManaged(server)) continue;
    const either = (some: ReadonlySet<number>) => some.has(client) || some.has(server);
    // What remains between members of applications would tie them in one environment.
    const aside: Aside = either(scanning)
      ? 'with scanners'
      : meshed.has(service)
        ? 'in meshes'
        : either(sharing)
          ? 'with shared services'
          : 'with other environments';
    for (const application of new Set([from, to])) {
      if (application === undefined) continue;
      const of = counts.get(application) ?? new Map<Aside, number>();
      counts.set(application, of.set(aside, (of.get(aside) ?? 0) + 1));
    }
  }
  return new Map([...counts].map(([application, of]) => [application, inWords(of)]));
}

function inWords(counts: ReadonlyMap<Aside, number>): string {
  const parts = ASIDE.flatMap((aside) => {
    const uses = counts.get(aside);
    return uses === undefined ? [] : [`${aside} (${uses} ${uses === 1 ? 'use' : 'uses'})`];
  });
  const last = parts.at(-1) ?? '';
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${last}` : last;
}
