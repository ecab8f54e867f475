import { setTimeout as sleep } from 'node:timers/promises';
import type { ExporterHealth, ExporterName } from '../decode/exporter';
import { messageOf, WayleaveError } from '../kernel/errors';
import type { Logger } from '../kernel/log';
import { sealAbandoned, type Fullness, type Loader, type Pressure, type Spool } from '../spool';
import type { ListenerHealth } from './health';
import { connectIntake, type IntakeClient } from './intake-client';
import type { IntakeOptions, Ports, Snapshot } from './protocol';
import { startThread, type IntakeThread } from './thread';

/** Before a thread that crashed is started again; doubled while it cannot be started, up to the longest. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** Names that wait to be taken; the newest are kept. */
const MOST_NAMES = 100_000;

export type CollectorOptions = Omit<IntakeOptions, 'spool'>;

export interface CollectorDeps {
  readonly spool: Spool;
  readonly loader: Pick<Loader, 'add'>;
  readonly log: Logger;
  /** While it says full, nothing is taken. */
  readonly pressure?: Pick<Pressure, 'full'>;
  readonly thread?: (options: IntakeOptions) => IntakeThread;
}

/**
 * Listens for flow exports in a thread of its own, which decodes and spools them; what it spooled is loaded from here.
 * When that thread crashes it is started again on the same ports.
 */
export interface Collector {
  /** @throws WayleaveError `listen-failed`, `bad-certificate` */
  start(): Promise<Ports>;
  /** Hands what was received so far to the loader. */
  flush(): Promise<void>;
  /** Brings the answers below up to date; otherwise they are so once a second. */
  look(): Promise<void>;
  health(): readonly ExporterHealth[];
  listeners(): readonly ListenerHealth[];
  /** What options data named since the last call. */
  takeNames(): ExporterName[];
  /** Whether the thread runs: not before the start, and not after a crash until it is started again. */
  running(): boolean;
  /** Why nothing more is taken, or kept on disk; it passes by itself. */
  readonly full: Fullness | undefined;
  /** How often the thread crashed. */
  crashes(): number;
  /** Closes the sockets and hands everything to the loader. */
  stop(): Promise<void>;
}

export function createCollector(
  options: CollectorOptions,
  { spool, loader, log, pressure, thread = startThread }: CollectorDeps,
): Collector {
  const stopping = new AbortController();
  const names = new Map<string, ExporterName>();
  let latest: Snapshot = { exporters: [], names: [], listeners: [] };
  let client: IntakeClient | undefined;
  /** Resolves when what the present thread left behind is found, after its end. */
  let salvaged: Promise<void> = Promise.resolve();
  let ports: Ports | undefined;
  let crashes = 0;
  let supervision: Promise<void> = Promise.resolve();

  const keep = (snapshot: Snapshot): void => {
    latest = snapshot;
    for (const name of snapshot.names) {
      const key = `${name.exporter} ${name.domain} ${name.kind} ${name.id}`;
      names.delete(key);
      names.set(key, name);
    }
    for (const oldest of names.keys()) {
      if (names.size <= MOST_NAMES) break;
      names.delete(oldest);
    }
  };

  const connect = async (): Promise<IntakeClient> => {
    const udp = options.udp.map((endpoint, index) => ({ ...endpoint, port: ports?.udp[index] ?? endpoint.port }));
    const tcp = options.tcp.map((endpoint, index) => ({ ...endpoint, port: ports?.tcp[index] ?? endpoint.port }));
    const events = {
      listening: (bound: Ports) => {
        ports = bound;
      },
      segments: loadAdopted,
      snapshot: keep,
    };
    const connected = connectIntake(thread({ ...options, udp, tcp, spool: spool.folder }), events, () => ({
      bytes: spool.backlog,
      refused: pressure?.full?.cause === 'bytes' ? undefined : pressure?.full,
    }));
    try {
      await connected.request('start');
    } catch (error) {
      await connected.request('stop').catch(() => undefined);
      throw error;
    }
    salvaged = connected.ended.then(salvage).catch((error: unknown) => {
      log.error({ reason: messageOf(error) }, 'what the collector left behind is not found before the next start');
    });
    return connected;
  };

  const loadAdopted: Parameters<typeof connectIntake>[1]['segments'] = (segments) => {
    spool.adopt(segments);
    loader.add(segments);
  };

  /** What a dead thread had sealed and could not tell of any more, and what it had yet to seal. */
  const salvage = async (): Promise<void> => {
    latest = { ...latest, full: undefined };
    const rows = await sealAbandoned(spool.folder).catch((error: unknown) => {
      log.error({ reason: messageOf(error) }, 'what the collector did not seal is not found before the next start');
      return 0;
    });
    if (rows > 0) log.warn({ rows }, 'the collector ended before it sealed these rows: they are sealed now');
    loader.add(await spool.adoptOrphans(), true);
  };

  const restart = async (): Promise<void> => {
    for (let pause = FIRST_PAUSE_MS; !stopping.signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) break;
      try {
        client = await connect();
        // Whoever stops us meanwhile had nobody to ask.
        if (stopping.signal.aborted) await ask('stop');
        return;
      } catch (error) {
        log.error({ reason: messageOf(error) }, 'the collector could not be started again');
      }
    }
  };

  const supervise = async (): Promise<void> => {
    while (client) {
      const reason = await client.ended;
      client = undefined;
      await salvaged;
      if (stopping.signal.aborted) return;
      crashes++;
      log.error({ reason, crashes }, 'the collector crashed: nothing is received until it is started again');
      await restart();
    }
  };

  /** A thread that ends instead of answering has nothing left to say, once what it sealed is found. */
  const ask = async (kind: 'flush' | 'look' | 'stop'): Promise<void> => {
    try {
      await client?.request(kind);
    } catch (error) {
      if (!(error instanceof WayleaveError) || error.code !== 'collector-ended') throw error;
      await salvaged;
    }
  };

  return {
    async start() {
      client = await connect();
      supervision = supervise().catch((error: unknown) => log.error({ reason: messageOf(error) }, 'collector'));
      return ports ?? { udp: [], tcp: [] };
    },
    flush: () => ask('flush'),
    look: () => ask('look'),
    health: () => latest.exporters,
    listeners: () => latest.listeners,
    takeNames() {
      const taken = [...names.values()];
      names.clear();
      return taken;
    },
    running: () => client !== undefined,
    get full() {
      return latest.full ?? pressure?.full;
    },
    crashes: () => crashes,
    async stop() {
      stopping.abort();
      await ask('stop');
      await supervision;
    },
  };
}
