import { compareText } from '../../ingest/kernel/text';
import type { Policy } from '../model/policy';
import type { Places } from '../replay/places';
import type { Cell } from './cells';
import type { Coverage, Stance } from './model';

interface CoverageTally {
  add(cell: Cell, stance: Stance): void;
  result(): Coverage[];
}

/** How much of what is answered rules cover, for each application; a connection between two counts for both. */
export function tallyCoverage(policy: Policy, places: Places): CoverageTally {
  const names = new Map(
    policy.sections.map(({ id, category, name }) => [id.slice(category.length + 1), name] as const),
  );
  const sums = new Map<string, Record<Stance, number>>();
  return {
    add({ client, server, established }, stance) {
      const applications = [client, server].map((place) => places.groupOf(place)?.application ?? null);
      for (const application of new Set(applications)) {
        if (application === null) continue;
        const known = sums.get(application) ?? { allowed: 0, denied: 0, unprotected: 0, unknown: 0 };
        known[stance] += established;
        sums.set(application, known);
      }
    },
    result: () =>
      [...sums]
        .map(([application, { allowed, denied, unprotected, unknown }]) => {
          const connections = allowed + denied + unprotected + unknown;
          const share = connections === 0 ? 0 : allowed / connections;
          const name = names.get(application) ?? application;
          return { application, name, connections, covered: allowed, share, denied, unprotected, unknown };
        })
        .sort((a, b) => a.share - b.share || b.connections - a.connections || compareText(a.name, b.name)),
  };
}
