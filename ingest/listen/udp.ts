import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { messageOf, WayleaveError } from '../kernel/errors';
import type { Logger } from '../kernel/log';
import { DropCounts } from './drop-counts';
import { listenerName, type DropReason, type ListenerHealth } from './health';
import { kernelDrops, type KernelDrops } from './kernel-drops';
import type { MessageSink } from './message-sink';
import type { KnownSender } from './senders';

export interface Endpoint {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface Listener {
  /** Resolves with the bound port. @throws WayleaveError `listen-failed` */
  start(): Promise<number>;
  /** To be called about once a second: looks after what time brings, and whether the sink has room again. */
  tick(): void;
  health(): ListenerHealth;
  stop(): Promise<void>;
}

export interface UdpDeps {
  readonly sink: Pick<MessageSink, 'full' | 'take'>;
  readonly senderOf: (address: string) => KnownSender;
  readonly log: Logger;
}

const MIB = 1 << 20;

/** @param receiveBuffer asked of the kernel, in bytes of payload; it may grant less */
export function createUdpListener(
  { host, port }: Endpoint,
  receiveBuffer: number,
  { sink, senderOf, log }: UdpDeps,
): Listener {
  const drops = new DropCounts<DropReason>();
  let socket: Socket | undefined;
  let bound = port;
  let granted = 0;
  let received = 0;
  let readDrops: KernelDrops = () => undefined;
  let droppedByKernel: number | undefined;

  const take = (datagram: Buffer, { address }: RemoteInfo): void => {
    received++;
    const sender = senderOf(address);
    if (!sender.allowed) drops.add('not-allowed', sender.name);
    else if (sink.full) drops.add('spool-full', sender.name);
    else sink.take(datagram, sender);
  };

  const tick = (): void => {
    const more = readDrops();
    if (more !== undefined) droppedByKernel = (droppedByKernel ?? 0) + more;
  };

  return {
    async start() {
      const opened = createSocket(host.includes(':') ? 'udp6' : 'udp4');
      try {
        opened.bind(port, host);
        await once(opened, 'listening');
      } catch (cause) {
        opened.close();
        throw listenFailed('udp', { host, port }, cause);
      }
      socket = opened;
      bound = opened.address().port;
      granted = askForBuffer(opened, receiveBuffer);
      const listener = listenerName('udp', host, bound);
      if (granted < receiveBuffer) log.warn({ listener, granted, asked: receiveBuffer }, bufferAdvice(receiveBuffer));
      readDrops = kernelDrops(opened.address().address, bound);
      tick();
      opened.on('message', take);
      opened.on('error', (error) => log.error({ listener, reason: error.message }, 'udp socket'));
      log.info({ listener, receiveBuffer: granted }, 'listening for flow exports');
      return bound;
    },
    tick,
    health: () => ({
      listener: listenerName('udp', host, bound),
      transport: 'udp',
      received,
      droppedByKernel,
      droppedByUs: drops.of('spool-full'),
      refused: drops.of('not-allowed'),
      drops: drops.senders(),
      receiveBuffer: granted,
      connections: undefined,
      ended: {},
    }),
    async stop() {
      if (!socket) return;
      tick();
      readDrops = () => undefined;
      const closed = once(socket, 'close');
      socket.close();
      socket = undefined;
      await closed;
    },
  };
}

/** @returns WayleaveError `listen-failed` */
export function listenFailed(transport: string, { host, port }: Endpoint, cause: unknown): WayleaveError {
  return new WayleaveError(`cannot listen on ${transport} ${host}:${port}: ${messageOf(cause)}`, {
    code: 'listen-failed',
    where: { host, port },
    cause,
  });
}

/**
 * Linux cuts what is asked down to net.core.rmem_max without a word, other systems refuse it: there, ever less is asked.
 * (SO_RCVBUFFORCE would pass the limit for a privileged process, but Node has no way to it.)
 *
 * @returns bytes of payload granted
 */
function askForBuffer(socket: Socket, bytes: number): number {
  for (let asked = bytes; asked >= MIB / 16; asked /= 2) {
    try {
      socket.setRecvBufferSize(Math.floor(asked));
      break;
    } catch {
      continue;
    }
  }
  // Linux doubles the figure, to have room for its own book-keeping, and tells the doubled one (socket(7)).
  return socket.getRecvBufferSize() / (process.platform === 'linux' ? 2 : 1);
}

function bufferAdvice(bytes: number): string {
  const how =
    process.platform === 'linux'
      ? `raise net.core.rmem_max: sysctl -w net.core.rmem_max=${bytes}, and the same in /etc/sysctl.d to keep it`
      : 'raise the limit of the system, or ask for less with collect.receiveBufferMiB';
  return `the kernel grants a smaller receive buffer than asked for, so bursts can be lost: ${how}`;
}
