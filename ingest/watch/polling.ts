import { messageOf } from '../kernel/errors';
import type { Logger } from '../kernel/log';
import type { WatchMetrics } from './metrics';

export interface PollingOptions {
  readonly source: string;
  /** From the end of one round to the start of the next. */
  readonly pauseMs: number;
  /** Asked to end early by the signal. */
  readonly round: (signal: AbortSignal) => Promise<void>;
}

export interface Polling {
  start(): void;
  /** Resolves when the round that runs has ended. */
  stop(): Promise<void>;
}

/** Round after round, never two at once. A round that fails is reported, once per reason, and followed by the next. */
export function createPolling(
  { source, pauseMs, round }: PollingOptions,
  { log, metrics }: { readonly log: Logger; readonly metrics: WatchMetrics },
): Polling {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let reported = '';

  const run = async (): Promise<void> => {
    try {
      await round(stopping.signal);
      if (reported !== '') log.info({ source }, 'the source can be read again');
      reported = '';
    } catch (error) {
      metrics.pollFailures.inc({ source });
      const reason = messageOf(error);
      if (reason !== reported) log.warn({ source, reason }, 'the source cannot be read; trying again');
      reported = reason;
    }
    if (!stopping.signal.aborted) timer = setTimeout(start, pauseMs);
  };
  const start = (): void => void (running = run());

  return {
    start,
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
