import type { PipelineState } from '../wayleave';
import type { StoreState } from './store-probe';

export interface Check {
  readonly name: 'spool' | 'loading' | 'store' | 'collector';
  readonly ok: boolean;
  /** For people without a token: no paths, addresses or messages of the engine. `/api/v1/status` has those. */
  readonly reason: string | null;
}

/**
 * - `ready`: what comes is taken
 * - `degraded`: it is taken too, and kept until what is wrong is over
 * - `full`: senders that can be pushed back are; datagrams are dropped
 * - `not-receiving`: the sockets are closed
 */
export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'full' | 'not-receiving';
  readonly checks: readonly Check[];
}

export interface ReadinessInput {
  readonly pipeline: Pick<PipelineState, 'full' | 'trouble'>;
  /** Left out by a process that does without: a collector before a bus. */
  readonly store?: StoreState;
  /** Left out by a process without sockets: a loader behind a bus. */
  readonly receiving?: boolean;
}

const FULL = {
  bytes: 'as much waits to be loaded as may',
  age: 'rows wait to be loaded for longer than they may',
  disk: 'the disk has no room left, or cannot be written to',
} as const;

/**
 * Being ready means that what is sent is taken and kept. A store that is away does not make a collector unready: it goes
 * on into the spool, and taking it out of service would lose datagrams that it could have kept.
 */
export function readinessOf({ pipeline: { full, trouble }, store, receiving }: ReadinessInput): Readiness {
  const checks: Check[] = [
    { name: 'spool', ok: full === undefined, reason: full ? FULL[full.cause] : null },
    {
      name: 'loading',
      ok: trouble === undefined,
      reason: trouble ? `nothing is passed on since ${new Date(trouble.since).toISOString()}` : null,
    },
  ];
  if (store) checks.push({ name: 'store', ok: store.state !== 'away', reason: reasonOf(store) });
  if (receiving !== undefined) {
    const reason = receiving ? null : 'it crashed, and is being started again';
    checks.push({ name: 'collector', ok: receiving, reason });
  }
  if (full) return { status: 'full', checks };
  if (receiving === false) return { status: 'not-receiving', checks };
  return { status: checks.every(({ ok }) => ok) ? 'ready' : 'degraded', checks };
}

function reasonOf(store: StoreState): string | null {
  if (store.state === 'answers') return null;
  return store.state === 'away' ? 'ClickHouse does not answer' : `ClickHouse is busy for ${store.seconds} s`;
}
