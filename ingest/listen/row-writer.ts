import { messageOf } from '../kernel/errors';
import type { Logger } from '../kernel/log';
import { RowBatches } from '../model/rows';
import type { Appender, Sealed, SpooledSegment } from '../spool';

/** Rows go to their segment's file once this much has gathered. */
const APPEND_BYTES = 4 * 1024 * 1024;
/** How often that is looked at, in messages: 32 of 64 KiB come to no more than a few times as much. */
const LOOK_EVERY = 32;
/** Exporters that wait for an answer are gathered for so long: many small segments are dear to load. */
const ANSWER_MS = 100;

export interface RowWriterDeps {
  readonly appender: Appender;
  readonly log: Logger;
  readonly onSegments: (segments: readonly SpooledSegment[]) => void;
  /** Something was written, or could not be. */
  readonly onProgress: () => void;
  /** The disk took rows and lost them: nothing that still waits for its answer gets one. */
  readonly onLost: (rows: number) => void;
}

/** Rows on their way from the decoder to the disk. */
export interface RowWriter {
  readonly batches: RowBatches;
  /** Why the disk takes nothing at present. What waits is kept, and tried again by every seal. */
  readonly trouble: string | undefined;
  /** To be called after every message. */
  taken(): void;
  /** Begins to seal what there is, unless that is under way. @returns why not all of it is safe, undefined when it is */
  seal(): Promise<string | undefined>;
  /** Seals everything taken so far. @returns as above */
  flush(): Promise<string | undefined>;
  /** Calls back once everything taken so far is safe. */
  whenSafe(done: () => void): void;
  stop(): void;
}

export function createRowWriter({ appender, log, onSegments, onProgress, onLost }: RowWriterDeps): RowWriter {
  const batches = new RowBatches();
  let messages = 0;
  let trouble: string | undefined;
  let sealing: Promise<string | undefined> | undefined;
  let waiting: (() => void)[] = [];
  let soon: NodeJS.Timeout | undefined;

  const judge = (reason: string | undefined): void => {
    if (reason !== undefined && trouble === undefined)
      log.error({ reason }, 'the spool cannot be written: streams wait, and datagrams are lost once memory is full');
    if (reason === undefined && trouble !== undefined) log.info({}, 'the spool can be written again');
    trouble = reason;
  };

  const append = (): string | undefined => {
    try {
      appender.append(batches);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  };

  const sealAll = async (): Promise<string | undefined> => {
    const answered = waiting;
    waiting = [];
    const refused = append();
    const { segments, failure, lost } = await appender
      .seal()
      .catch((error: unknown): Sealed => ({ segments: [], failure: messageOf(error), lost: 0 }));
    if (segments.length > 0) onSegments(segments);
    judge(refused ?? failure);
    if (lost > 0) onLost(lost);
    else if (trouble === undefined) for (const done of answered) done();
    else waiting = [...answered, ...waiting];
    return trouble;
  };

  const answerSoon = (): void => {
    soon ??= setTimeout(() => {
      soon = undefined;
      void seal();
    }, ANSWER_MS);
  };

  const seal = (): Promise<string | undefined> => {
    // While the thread pool is held up, the open segments just grow.
    sealing ??= sealAll().finally(() => {
      sealing = undefined;
      // Of those who came while it was under way; what failed is tried again at the next tick.
      if (trouble === undefined && waiting.length > 0) answerSoon();
      onProgress();
    });
    return sealing;
  };

  return {
    batches,
    get trouble() {
      return trouble;
    },
    taken() {
      if (++messages % LOOK_EVERY !== 0 || batches.bytes < APPEND_BYTES) return;
      // What the disk refuses is tried again when the next seal is due, not at every turn.
      if (trouble === undefined) {
        const refused = append();
        judge(refused);
        if (refused === undefined && appender.full) void seal();
      }
      onProgress();
    },
    seal,
    async flush() {
      if (sealing) await sealing;
      return seal();
    },
    whenSafe(done) {
      waiting.push(done);
      answerSoon();
    },
    stop: () => clearTimeout(soon),
  };
}
