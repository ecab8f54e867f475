import type { Store } from '../store';
import type { QualityWindow } from './quality';

/** What a socket took and lost in a window: whose datagrams the kernel dropped cannot be known. */
export interface ListenerLosses {
  /** `udp 127.0.0.1:2055`. */
  readonly listener: string;
  /** Datagrams, or messages of a stream. */
  readonly received: number;
  /** Because the socket's receive buffer was full. */
  readonly droppedByKernel: number;
  /** Because the spool was full. */
  readonly droppedByUs: number;
}

export function listenerLosses(store: Store, { from, to }: QualityWindow): Promise<ListenerLosses[]> {
  return store.query(
    `SELECT listener, sum(received) AS received, sum(dropped_by_kernel) AS droppedByKernel, sum(dropped_by_us) AS droppedByUs
     FROM listener_minutes WHERE minute >= toDateTime({from:UInt32}) AND minute < toDateTime({to:UInt32})
     GROUP BY listener ORDER BY listener`,
    { from, to },
  );
}
