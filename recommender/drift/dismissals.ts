import { WayleaveError } from '../../ingest/kernel/errors';
import type { Store } from '../../ingest/store';
import type { DismissedAs } from './dismissal';
import type { Dismissal, Finding } from './model';

/** Each reading of a report reads the latest of each finding. */
const MOST_DISMISSALS = 20_000;
const LONGEST = { by: 200, reason: 2000 } as const;

/** The latest of each finding. */
export async function readDismissals(store: Store): Promise<DismissedAs[]> {
  const rows = await store.query<{ body: string }>(
    `SELECT argMax(d.body, d.at) AS body FROM drift_dismissals AS d GROUP BY d.finding ORDER BY max(d.at) DESC
     LIMIT ${MOST_DISMISSALS}`,
  );
  return rows.map(({ body }) => JSON.parse(body) as DismissedAs);
}

/** @throws WayleaveError `bad-dismissal` */
export async function addDismissal(
  store: Store,
  { id, severity, connections, who, whoCount, proposed }: Finding,
  given: { readonly by: string; readonly reason: string; readonly at: Date },
): Promise<Dismissal> {
  const [by, reason] = [given.by.trim(), given.reason.trim()];
  for (const [what, text, longest] of [
    ['who dismisses', by, LONGEST.by],
    ['the reason', reason, LONGEST.reason],
  ] as const) {
    if (text.length > 0 && text.length <= longest) continue;
    throw new WayleaveError(`${what} is a text of ${text.length} characters; expected 1 to ${longest}`, {
      code: 'bad-dismissal',
      where: { finding: id },
    });
  }
  const dismissal = { by, reason, at: Math.floor(given.at.getTime() / 1000) };
  const body: DismissedAs = {
    ...dismissal,
    finding: id,
    severity,
    connections,
    who,
    whoCount,
    ...(proposed === undefined ? {} : { proposed }),
  };
  const at = given.at.getTime() * 1000;
  await store.insert('drift_dismissals', [{ finding: id, at, by, reason, body: JSON.stringify(body) }]);
  return dismissal;
}
