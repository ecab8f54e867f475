import type { Directory } from '../../analytics/inventory';
import type { Window } from '../../analytics/model/topology';
import type { Store } from '../../ingest/store';
import type { Recognition } from '../propose';
import { IN_WINDOW, keyOfUse, MOST_ROWS, resolveUse, USE_COLUMNS, USE_KEY, type Use, type UseRow } from './use';

/** Of each kind and use; a rule that would carry more carries none. */
const MOST_VALUES = 50;
const KINDS = ['l7', 'fqdns', 'tls_versions', 'users', 'processes'] as const;

type Row = UseRow & Readonly<Record<(typeof KINDS)[number], readonly string[]>>;

const SQL = `
SELECT ${USE_COLUMNS}, ${KINDS.map((kind) => `arraySort(groupUniqArrayArray(${MOST_VALUES})(c.${kind})) AS "${kind}"`).join(', ')}
FROM current_conversations AS c
WHERE ${IN_WINDOW} AND c.established > 0 AND (${KINDS.map((kind) => `notEmpty(c.${kind})`).join(' OR ')})
GROUP BY ${USE_KEY}
ORDER BY sum(c.connections) DESC, ${USE_KEY}
LIMIT ${MOST_ROWS}`;

/** What the sources recognised in the conversations of a window (end exclusive): the busiest 500,000 uses. */
export async function readRecognitions(store: Store, window: Window, directory: Directory): Promise<Recognition[]> {
  const found = new Map<string, Recognition>();
  for await (const rows of store.stream<Row>(SQL, { from: window.from, to: window.to })) {
    for (const row of rows) {
      const use = resolveUse(row, directory);
      if (!use) continue;
      const known = found.get(keyOfUse(use));
      found.set(keyOfUse(use), recognitionOf(use, row, known));
    }
  }
  return [...found.values()];
}

/** Several addresses of a workload are one use. */
function recognitionOf(use: Use, row: Row, known: Recognition | undefined): Recognition {
  const union = (a: readonly string[], b: readonly string[] = []) => [...new Set([...a, ...b])].sort();
  return {
    ...use,
    l7: union(row.l7, known?.l7),
    fqdns: union(row.fqdns, known?.fqdns),
    tlsVersions: union(row.tls_versions, known?.tlsVersions),
    users: union(row.users, known?.users),
    processes: union(row.processes, known?.processes),
  };
}
