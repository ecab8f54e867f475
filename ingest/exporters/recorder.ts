import type { ExporterHealth, ExporterName } from '../decode/exporter';
import { messageOf } from '../kernel/errors';
import type { Logger } from '../kernel/log';
import type { Clock } from '../kernel/time';
import { minuteOf, minutesBetween } from './minutes';
import { saveNames, type ExporterRecords } from './records';

/** What a socket took and lost since it was opened. */
export interface ListenerCounts {
  /** `udp 127.0.0.1:2055`. */
  readonly listener: string;
  readonly received: number;
  readonly droppedByKernel: number;
  readonly droppedByUs: number;
  /** By sender; only `spool-full` is of interest here. */
  readonly drops: readonly { readonly address: string; readonly reason: string; readonly count: number }[];
}

/** What the collectors know at one moment; names are handed over once. */
export interface Observation {
  readonly exporters: readonly ExporterHealth[];
  readonly names: readonly ExporterName[];
  readonly listeners: readonly ListenerCounts[];
}

export interface RecorderDeps {
  readonly records: ExporterRecords;
  readonly log: Logger;
  readonly clock: Clock;
  readonly observe: () => Observation;
}

/** Writes down, minute by minute, how well every exporter was heard. */
export interface ExporterRecorder {
  start(): void;
  /** Writes what happened since the last time. @throws WayleaveError of the records; nothing is forgotten then */
  record(): Promise<void>;
  stop(): Promise<void>;
}

const EVERY_MS = 60_000;
/** Names that wait while the store is away. */
const MOST_NAMES = 100_000;

export function createExporterRecorder({ records, log, clock, observe }: RecorderDeps): ExporterRecorder {
  let before: Pick<Observation, 'exporters' | 'listeners'> = { exporters: [], listeners: [] };
  let dropped: Observation['listeners'] = [];
  let names: ExporterName[] = [];
  let timer: NodeJS.Timeout | undefined;
  let recording: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const now = observe();
    names = names.concat(now.names).slice(-MOST_NAMES);
    const minute = minuteOf(clock());
    await records.insert('exporter_minutes', minutesBetween(before.exporters, now.exporters, minute));
    // Each part is forgotten as soon as it is written, so that a failure of the next does not write it again.
    before = { ...before, exporters: now.exporters };
    await records.insert('exporter_drops', dropsBetween(dropped, now.listeners, minute));
    dropped = now.listeners;
    await records.insert('listener_minutes', listenerMinutes(before.listeners, now.listeners, minute));
    before = { ...before, listeners: now.listeners };
    await saveNames(records, names, clock());
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

/** What was dropped of each exporter; counts of a sender that was forgotten, or of a new socket, start at zero again. */
function dropsBetween(before: readonly ListenerCounts[], now: readonly ListenerCounts[], minute: number) {
  const spoolFull = ({ listener, drops }: ListenerCounts) =>
    drops
      .filter(({ reason }) => reason === 'spool-full')
      .map(({ address, count }) => ({ key: `${listener} ${address}`, listener, exporter: address, count }));
  const earlier = new Map(before.flatMap(spoolFull).map(({ key, count }) => [key, count]));
  return now
    .flatMap(spoolFull)
    .map(({ key, listener, exporter, count }) => {
      const known = earlier.get(key) ?? 0;
      return { minute, listener, exporter, datagrams: known <= count ? count - known : count };
    })
    .filter(({ datagrams }) => datagrams > 0);
}

function listenerMinutes(before: readonly ListenerCounts[], now: readonly ListenerCounts[], minute: number) {
  const earlier = new Map(before.map((counts) => [counts.listener, counts]));
  return now
    .map((counts) => {
      const known = earlier.get(counts.listener);
      // A socket that was opened anew, after a crash of its thread, may have received more by now.
      const since = known && goesOn(known, counts) ? known : undefined;
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

function goesOn(before: ListenerCounts, now: ListenerCounts): boolean {
  return (
    before.received <= now.received &&
    before.droppedByKernel <= now.droppedByKernel &&
    before.droppedByUs <= now.droppedByUs
  );
}
