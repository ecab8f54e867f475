/** Why a datagram or message was not decoded, though it had reached us. */
export type DropReason = 'spool-full' | 'not-allowed';

/** How a connection ended, or why there was none. */
export type ConnectionEnd =
  /** By the exporter, and acknowledged. All others are reset. */
  | 'closed'
  /** By the network, or in the middle of a message. */
  | 'failed'
  | 'not-ipfix'
  /** More templates than may be compiled, so that not all it brought was taken. */
  | 'too-many-templates'
  /** By us, before it could be acknowledged: we stop. */
  | 'interrupted'
  /** Nothing for longer than a connection may be silent. */
  | 'idle'
  /** A message was begun and not finished in time. */
  | 'stalled'
  | 'not-allowed'
  | 'too-many'
  /** No TLS, or no certificate that our authorities have signed. */
  | 'handshake';

/** What was dropped or refused of one sender. */
export interface SenderDrops {
  readonly address: string;
  readonly reason: DropReason | ConnectionEnd;
  readonly count: number;
}

/** What one socket took and lost since it was opened. */
export interface ListenerHealth {
  /** `udp 127.0.0.1:2055`, `tls [::]:4740`. */
  readonly listener: string;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** Datagrams, or IPFIX messages of streams, that reached us, dropped or not. */
  readonly received: number;
  /** Because the receive buffer was full; undefined where the system does not say (other than Linux) and of streams. */
  readonly droppedByKernel: number | undefined;
  /** Because the spool was full. Streams wait instead. */
  readonly droppedByUs: number;
  /** Datagrams and connections of senders that are not on the list of exporters. */
  readonly refused: number;
  /** Whose they were; the senders heard last, if many. */
  readonly drops: readonly SenderDrops[];
  /** Bytes of payload the kernel granted; undefined of streams. */
  readonly receiveBuffer: number | undefined;
  /** Open now; undefined of UDP. */
  readonly connections: number | undefined;
  readonly ended: Readonly<Partial<Record<ConnectionEnd, number>>>;
}

/** `udp 127.0.0.1:2055`. */
export function listenerName(transport: ListenerHealth['transport'], host: string, port: number): string {
  return `${transport} ${host.includes(':') ? `[${host}]` : host}:${port}`;
}
