import { createHash } from 'node:crypto';
import { storeRecords } from '../exporters';
import { messageOf } from '../kernel/errors';
import { isUnreadable } from '../store';
import { createBurial, type BurialDeps } from './burial';
import type { Place } from './dead-letters';
import type { Fence } from './fence';
import type { Intake, Taken } from './intake';
import { loadMessages, persist, type LoadContext, type LoadDeps } from './loading';
import type { RowsMessage } from './message';
import type { ObservationRows } from './observations';
import { createRecent } from './recent';

/** Ids that are remembered, to know a message that comes again within the life of this process. */
const REMEMBERED = 200_000;

/** What one partition has for a round. */
export interface Share {
  readonly intake: Intake;
  /** The partition's end when we got it: what is below may have been loaded by whoever had it before. */
  readonly boundary: bigint;
  /** Of the fence, when it was fetched. */
  readonly generation: number;
  heartbeat(): Promise<void>;
}

export interface RoundDeps extends LoadDeps, BurialDeps {
  readonly fence: Fence;
}

/**
 * Puts what partitions share into the store, and what can never get there to the dead letters. When it resolves, the
 * offsets may be committed. @throws when this member must stop writing; what it had in hand is remembered as doubtful
 */
export function createRound(deps: RoundDeps): (shares: readonly Share[]) => Promise<void> {
  const { store, fence, patience } = deps;
  const recent = createRecent(REMEMBERED);

  const bury = createBurial(deps);

  const observe = async ({ table, rows, from }: Taken<ObservationRows>, context: LoadContext): Promise<void> => {
    try {
      await persist(context, () => store.insert(table, rows, observationToken(from)));
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return bury({ ...from, reason: messageOf(error) });
    }
    const vrfs = table === 'exporter_names' ? rows.filter(({ kind }) => kind === 'vrf') : [];
    const named = vrfs.map((row) => ({ exporter: String(row.exporter), id: String(row.id) }));
    if (named.length > 0) await persist(context, () => storeRecords(deps.store).renamed(named));
  };

  return async (all) => {
    const { generation } = fence;
    // Waiting for its round, a share can have gone to somebody else.
    const shares = all.filter((share) => share.generation === generation);
    const rows = shares.flatMap(({ intake }) => intake.rows);
    const doubtful = doubtfulIds(shares, recent.has);
    for (const { segment } of rows) recent.add(segment);
    const origins = new Map(rows.map(({ segment, from }) => [segment, from]));
    const heartbeat = async (): Promise<void> => shares[0]?.heartbeat();
    const context: LoadContext = {
      write: (work) => fence.write(generation, heartbeat, work),
      wait: (reason) => patience.wait(reason),
      async refused({ segment }, reason) {
        const from = origins.get(segment);
        if (from) await bury({ ...from, reason });
      },
    };
    await loadMessages(rows, doubtful, context, deps);
    for (const { intake } of shares) {
      for (const observation of intake.observations) await observe(observation, context);
      for (const dead of intake.dead) await bury(dead);
    }
    patience.over();
  };
}

/** Whatever was, or may have been, in somebody's hands before. */
function doubtfulIds(shares: readonly Share[], seen: (id: string) => boolean): ReadonlySet<string> {
  const doubtful = new Set<string>();
  for (const { intake, boundary } of shares) {
    for (const message of intake.rows) if (isDoubtful(message, boundary, seen)) doubtful.add(message.segment);
  }
  return doubtful;
}

function isDoubtful(
  { segment, again, from }: Taken<RowsMessage>,
  boundary: bigint,
  seen: (id: string) => boolean,
): boolean {
  return again || BigInt(from.offset) < boundary || seen(segment);
}

function observationToken({ topic, partition, offset }: Place): string {
  return createHash('sha256').update(`${topic}/${partition}/${offset}`).digest('hex');
}
