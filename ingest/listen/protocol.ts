import type { ExporterHealth, ExporterName } from '../decode/exporter';
import type { Where } from '../kernel/errors';
import type { LogLevel } from '../kernel/log';
import type { Fullness, SpooledSegment } from '../spool';
import type { ListenerHealth } from './health';
import type { StreamEndpoint } from './stream';
import type { Endpoint } from './udp';

/** What the collector's thread is started with. */
export interface IntakeOptions {
  /** NetFlow, IPFIX and sFlow on any of them. */
  readonly udp: readonly Endpoint[];
  /** IPFIX over TCP or TLS. */
  readonly tcp: readonly StreamEndpoint[];
  /** Prefixes of those who are listened to; undefined: everybody. */
  readonly exporters?: readonly string[] | undefined;
  /** Asked of the kernel for each UDP socket, in bytes. */
  readonly receiveBuffer: number;
  /** While more waits to be loaded, datagrams are dropped and streams are not read. In bytes. */
  readonly spoolLimit: number;
  /** Folder of the spool, which the main thread has opened. */
  readonly spool: string;
  /** File that keeps what exporters announced over a restart. */
  readonly announced: string;
  readonly logLevel: LogLevel;
}

/** Bound ports, in the order of the options. */
export interface Ports {
  readonly udp: readonly number[];
  readonly tcp: readonly number[];
}

/** What the intake knows at one moment. */
export interface Snapshot {
  readonly exporters: readonly ExporterHealth[];
  /** Since the snapshot before. */
  readonly names: readonly ExporterName[];
  readonly listeners: readonly ListenerHealth[];
  /** Why nothing more is taken, or written to the spool, as far as the intake can tell. */
  readonly full?: Fullness | undefined;
}

/** From the main thread to the collector's. */
export type Order = Request | Backlog;

/** Answered by `done` or `failed`, after whatever else there is to report: bound ports, segments, a snapshot. */
export interface Request {
  readonly kind: 'start' | 'flush' | 'look' | 'stop';
  readonly id: number;
}

/** `bytes` wait to be loaded, those of the first `segments` reported segments among them if they still wait. */
export interface Backlog {
  readonly kind: 'backlog';
  readonly bytes: number;
  readonly segments: number;
  /** Why the spool takes nothing more; its bytes are left out, since the intake knows better. */
  readonly refused?: Fullness | undefined;
}

/** From the collector's thread to the main one. */
export type Report =
  | { readonly kind: 'listening'; readonly ports: Ports }
  | { readonly kind: 'segments'; readonly segments: readonly SpooledSegment[] }
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly kind: 'done'; readonly id: number }
  | Failure;

/** A WayleaveError on its way from thread to thread. */
export interface Failure {
  readonly kind: 'failed';
  readonly id: number;
  readonly code: string;
  readonly message: string;
  readonly where: Where;
}
