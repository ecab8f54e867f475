import type { DiffAnswer, RunsAnswer } from '../../contract';
import type { Client } from '../client';
import type { Compared } from '../hash';
import { useAnswer, type Asking } from '../use-answer';

interface Comparison {
  readonly runs: RunsAnswer;
  /** Null while there are not two runs. */
  readonly compared: Compared | null;
  readonly diff: DiffAnswer | null;
}

/**
 * What changed between two runs.
 *
 * @param chosen null for the newest and the one before it
 * @param newest id of the newest run: another one may be the one to compare
 */
export function useComparison(client: Client, chosen: Compared | null, newest: string | null): Asking<Comparison> {
  return useAnswer(() => compare(client, chosen), [client, chosen?.from, chosen?.to, newest]);
}

async function compare(client: Client, chosen: Compared | null): Promise<Comparison> {
  const runs = await client.runs();
  const [last, before] = runs;
  const compared = chosen ?? (last && before ? { from: before.id, to: last.id } : null);
  return { runs, compared, diff: compared && (await client.diff(compared.from, compared.to)) };
}
