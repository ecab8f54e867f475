import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { addressToBytes, parseAddress } from '../kernel/ip';
import { messageOf, WayleaveError } from '../kernel/errors';
import type { Logger } from '../kernel/log';
import type { Clock } from '../kernel/time';
import type { FlowDecoder } from '../decode/exporter';
import { RowBatches } from '../model/rows';
import type { Loader, Spool } from '../spool';
import type { ListenMetrics } from './metrics';

/** Rows become a segment after this long, or once this much has gathered. */
const SEAL_MS = 1000;
const SEAL_BYTES = 16 * 1024 * 1024;
/** Distinct senders whose address form is remembered. */
const KNOWN_SENDERS = 10_000;

export interface UdpOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Kernel receive buffer asked for, in bytes; the kernel may grant less (net.core.rmem_max). */
  readonly receiveBuffer: number;
  /** Datagrams are dropped, and counted, while more than this waits to be loaded. */
  readonly spoolLimit: number;
}

export interface UdpDeps {
  readonly decoder: FlowDecoder;
  readonly spool: Spool;
  readonly loader: Loader;
  readonly log: Logger;
  readonly metrics: ListenMetrics;
  readonly clock: Clock;
}

export interface UdpListener {
  /** Resolves with the bound port. @throws WayleaveError `listen-failed` */
  start(): Promise<number>;
  /** Writes what has gathered to the spool. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** NetFlow v5, v9 and IPFIX over UDP, whichever a datagram says it is. */
export function createUdpListener(
  options: UdpOptions,
  { decoder, spool, loader, log, metrics, clock }: UdpDeps,
): UdpListener {
  const batches = new RowBatches();
  const senders = new Map<string, Uint8Array>();
  let socket: Socket | undefined;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const flush = (): Promise<void> => {
    writing = writing.then(async () => {
      if (batches.rows > 0) loader.add(await spool.write(batches));
    });
    return writing;
  };

  const flushAndReport = (): void => {
    flush().catch((error: unknown) =>
      log.error({ reason: messageOf(error) }, 'the spool cannot be written: flows are being lost'),
    );
  };

  const take = (datagram: Buffer, from: RemoteInfo): void => {
    metrics.datagrams.inc();
    if (spool.backlog > options.spoolLimit || batches.bytes > 4 * SEAL_BYTES) return metrics.dropped.inc();
    decoder.decode(datagram, { address: senderBytes(senders, from.address) }, clock().getTime() * 1000, batches);
    if (batches.bytes >= SEAL_BYTES) flushAndReport();
  };

  return {
    async start() {
      const family = options.host.includes(':') ? 'udp6' : 'udp4';
      const opened = createSocket({ type: family, recvBufferSize: options.receiveBuffer });
      try {
        opened.bind(options.port, options.host);
        await once(opened, 'listening');
      } catch (cause) {
        throw new WayleaveError(`cannot listen on udp ${options.host}:${options.port}: ${messageOf(cause)}`, {
          code: 'listen-failed',
          where: { host: options.host, port: options.port },
          cause,
        });
      }
      opened.on('message', take);
      opened.on('error', (error) => log.error({ reason: error.message }, 'udp socket'));
      socket = opened;
      timer = setInterval(flushAndReport, SEAL_MS);
      const { port } = opened.address();
      log.info({ host: options.host, port, receiveBuffer: opened.getRecvBufferSize() }, 'listening for flow exports');
      return port;
    },
    flush,
    async stop() {
      clearInterval(timer);
      socket?.close();
      await flush();
    },
  };
}

function senderBytes(senders: Map<string, Uint8Array>, address: string): Uint8Array {
  const known = senders.get(address);
  if (known) return known;
  // A link-local sender carries its interface (`fe80::1%eth0`), which is not part of the address.
  const bytes = addressToBytes(parseAddress(address.split('%')[0] ?? address));
  if (senders.size >= KNOWN_SENDERS) senders.clear();
  senders.set(address, bytes);
  return bytes;
}
