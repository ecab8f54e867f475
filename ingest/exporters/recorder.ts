import type { ExporterHealth, ExporterName } from '../decode/exporter';
import { messageOf } from '../kernel/errors';
import type { Logger } from '../kernel/log';
import type { Clock } from '../kernel/time';
import { markStale, type Store } from '../store';
import { minuteOf, minutesBetween } from './minutes';

/** What a socket took and lost since it was opened. */
export interface ListenerCounts {
  /** `udp 127.0.0.1:2055`. */
  readonly listener: string;
  readonly received: number;
  readonly droppedByKernel: number;
  readonly droppedByUs: number;
}

/** What the collectors know at one moment; names are handed over once. */
export interface Observation {
  readonly exporters: readonly ExporterHealth[];
  readonly names: readonly ExporterName[];
  readonly listeners: readonly ListenerCounts[];
}

export interface RecorderDeps {
  readonly store: Store;
  readonly log: Logger;
  readonly clock: Clock;
  readonly observe: () => Observation;
}

/** Writes down, minute by minute, how well every exporter was heard. */
export interface ExporterRecorder {
  start(): void;
  /** Writes what happened since the last time. @throws WayleaveError of the store; nothing is forgotten then */
  record(): Promise<void>;
  stop(): Promise<void>;
}

const EVERY_MS = 60_000;
/** Names that wait while the store is away. */
const MOST_NAMES = 100_000;

export function createExporterRecorder({ store, log, clock, observe }: RecorderDeps): ExporterRecorder {
  let before: Pick<Observation, 'exporters' | 'listeners'> = { exporters: [], listeners: [] };
  let names: ExporterName[] = [];
  let timer: NodeJS.Timeout | undefined;
  let recording: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const now = observe();
    names = names.concat(now.names).slice(-MOST_NAMES);
    const minute = minuteOf(clock());
    await store.insert('exporter_minutes', minutesBetween(before.exporters, now.exporters, minute));
    // Each part is forgotten as soon as it is written, so that a failure of the next does not write it again.
    before = { ...before, exporters: now.exporters };
    await store.insert('listener_minutes', listenerMinutes(before.listeners, now.listeners, minute));
    before = { ...before, listeners: now.listeners };
    await saveNames(store, names, clock());
    names = [];
  };

  const record = (): Promise<void> => {
    const next = recording.then(write);
    recording = next.catch(() => undefined);
    return next;
  };

  const recordAndReport = (): void => {
    record().catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'exporter health not recorded yet'));
  };

  return {
    start() {
      timer = setInterval(recordAndReport, EVERY_MS);
    },
    record,
    async stop() {
      clearInterval(timer);
      await record();
    },
  };
}

function listenerMinutes(before: readonly ListenerCounts[], now: readonly ListenerCounts[], minute: number) {
  const earlier = new Map(before.map((counts) => [counts.listener, counts]));
  return now
    .map((counts) => {
      const known = earlier.get(counts.listener);
      const since = known && known.received <= counts.received ? known : undefined;
      return {
        minute,
        listener: counts.listener,
        received: counts.received - (since?.received ?? 0),
        dropped_by_kernel: counts.droppedByKernel - (since?.droppedByKernel ?? 0),
        dropped_by_us: counts.droppedByUs - (since?.droppedByUs ?? 0),
      };
    })
    .filter((row) => row.received + row.dropped_by_kernel + row.dropped_by_us > 0);
}

/** Conversations are keyed by their scope, so hours of a VRF whose name becomes known are rolled up again. */
export async function saveNames(store: Store, names: readonly ExporterName[], learned: Date): Promise<void> {
  if (names.length === 0) return;
  const micros = learned.getTime() * 1000;
  await store.insert(
    'exporter_names',
    names.map((name) => ({ ...name, learned: micros })),
  );
  const vrfs = names.filter(({ kind }) => kind === 'vrf');
  if (vrfs.length === 0) return;
  await markStale(store, 'exporter IN {exporters:Array(IPv6)} AND scope IN {scopes:Array(String)}', {
    exporters: [...new Set(vrfs.map(({ exporter }) => exporter))],
    scopes: [...new Set(vrfs.map(({ id }) => id))],
  });
}
