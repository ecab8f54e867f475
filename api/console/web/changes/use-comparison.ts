import { useEffect, useState } from 'preact/hooks';
import type { DiffAnswer, RunsAnswer } from '../../contract';
import type { Client } from '../client';
import type { Compared } from '../hash';

export interface Comparison {
  readonly runs: RunsAnswer;
  /** Null while there are not two runs. */
  readonly compared: Compared | null;
  readonly diff: DiffAnswer | null;
}

export type Comparing =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly detail: string }
  | ({ readonly state: 'ready' } & Comparison);

/**
 * What changed between two runs; asked for only where it is shown.
 *
 * @param chosen null for the newest and the one before it
 * @param newest id of the newest run: another one may be the one to compare
 */
export function useComparison(client: Client, chosen: Compared | null, newest: string | null): Comparing {
  const [comparing, setComparing] = useState<Comparing>({ state: 'loading' });
  useEffect(() => {
    let current = true;
    compare(client, chosen).then(
      (found) => current && setComparing({ state: 'ready', ...found }),
      (thrown: unknown) => {
        if (current)
          setComparing({ state: 'failed', detail: thrown instanceof Error ? thrown.message : String(thrown) });
      },
    );
    return () => {
      current = false;
    };
  }, [client, chosen?.from, chosen?.to, newest]);
  return comparing;
}

async function compare(client: Client, chosen: Compared | null): Promise<Comparison> {
  const runs = await client.runs();
  const [last, before] = runs;
  const compared = chosen ?? (last && before ? { from: before.id, to: last.id } : null);
  return { runs, compared, diff: compared && (await client.diff(compared.from, compared.to)) };
}
