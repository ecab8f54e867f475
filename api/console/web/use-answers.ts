import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type {
  DecisionsAnswer,
  ExportersAnswer,
  GroupsAnswer,
  MapAnswer,
  PoliciesAnswer,
  RecommendationAnswer,
  ReplayAnswer,
  StatusAnswer,
} from '../contract';
import { ProblemError, type Client } from './client';
import type { Place } from './hash';

export interface Answers {
  readonly status: StatusAnswer;
  readonly exporters: ExportersAnswer;
  readonly map: MapAnswer;
  readonly topology: GroupsAnswer | null;
  readonly decisions: DecisionsAnswer;
  readonly policy: RecommendationAnswer | null;
  readonly replay: ReplayAnswer | null;
  readonly policies: PoliciesAnswer;
}

export type Loading =
  | { readonly state: 'loading' }
  | { readonly state: 'sign-in' }
  | { readonly state: 'failed'; readonly detail: string }
  | { readonly state: 'ready'; readonly answers: Answers };

/** Everything the page shows; the map is asked for again when other applications are open or its lines say something else. */
export function useAnswers(
  client: Client,
  { expanded, lines, policy: chosen }: Pick<Place, 'expanded' | 'lines' | 'policy'>,
): readonly [Loading, () => void] {
  const [loading, setLoading] = useState<Loading>({ state: 'loading' });
  const [round, setRound] = useState(0);
  const loadedRound = useRef(-1);
  const key = expanded.join(' ');
  const about = lines === 'proposed' ? null : chosen;
  useEffect(() => {
    let current = true;
    const rest =
      loadedRound.current === round
        ? null
        : Promise.all([
            client.status(),
            client.exporters(),
            client.groups(),
            client.decisions(),
            recommended(client),
            client.policies(),
          ]);
    Promise.all([client.map(expanded, lines, about), rest]).then(
      ([map, others]) => {
        if (!current) return;
        loadedRound.current = round;
        setLoading((before) => {
          if (others === null) return before.state === 'ready' ? ready({ ...before.answers, map }) : before;
          const [status, exporters, topology, decisions, { policy, replay }, policies] = others;
          return ready({ status, exporters, map, topology, decisions, policy, replay, policies });
        });
      },
      (thrown: unknown) => {
        if (current) setLoading(failure(thrown));
      },
    );
    return () => {
      current = false;
    };
  }, [client, key, lines, about, round]);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  return [loading, reload];
}

function ready(answers: Answers): Loading {
  return { state: 'ready', answers };
}

async function recommended(client: Client): Promise<Pick<Answers, 'policy' | 'replay'>> {
  const policy = await client.recommendation();
  return { policy, replay: policy === null ? null : await client.replay() };
}

function failure(thrown: unknown): Loading {
  if (thrown instanceof ProblemError && thrown.status === 401) return { state: 'sign-in' };
  return { state: 'failed', detail: thrown instanceof Error ? thrown.message : String(thrown) };
}
