import { formatAddress, parseAddress } from '../kernel/ip';
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
  /** Whose those were, the most first. */
  readonly exporters: readonly ExporterDrops[];
}

interface ExporterDrops {
  readonly exporter: string;
  readonly datagrams: number;
}

export async function listenerLosses(store: Store, window: QualityWindow): Promise<ListenerLosses[]> {
  const params = { from: window.from, to: window.to };
  const losses = await store.query<Omit<ListenerLosses, 'exporters'>>(
    `SELECT listener, sum(received) AS received, sum(dropped_by_kernel) AS droppedByKernel, sum(dropped_by_us) AS droppedByUs
     FROM listener_minutes WHERE minute >= toDateTime({from:UInt32}) AND minute < toDateTime({to:UInt32})
     GROUP BY listener ORDER BY listener`,
    params,
  );
  const drops = await store.query<ExporterDrops & { readonly listener: string }>(
    `SELECT listener, exporter, sum(datagrams) AS datagrams
     FROM exporter_drops WHERE minute >= toDateTime({from:UInt32}) AND minute < toDateTime({to:UInt32})
     GROUP BY listener, exporter ORDER BY datagrams DESC, exporter`,
    params,
  );
  return losses.map((loss) => ({
    ...loss,
    exporters: drops
      .filter(({ listener }) => listener === loss.listener)
      .map(({ exporter, datagrams }) => ({ exporter: formatAddress(parseAddress(exporter)), datagrams })),
  }));
}
