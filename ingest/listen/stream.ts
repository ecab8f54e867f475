import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import type { Logger } from '../kernel/log';
import type { SteadyClock } from '../kernel/time';
import { readCertificates, untrusted, type TlsFiles } from './certificates';
import { Connection } from './connection';
import { DropCounts } from './drop-counts';
import { Farewells } from './farewells';
import { listenerName, type ConnectionEnd } from './health';
import type { MessageSink } from './message-sink';
import { resetOnClose } from './reset-on-close';
import type { KnownSender } from './senders';
import { listenFailed, type Endpoint, type Listener } from './udp';

export interface StreamEndpoint extends Endpoint {
  readonly tls?: TlsFiles | undefined;
}

export interface StreamDeps {
  readonly sink: MessageSink;
  readonly senderOf: (address: string) => KnownSender;
  /** Numbers connections; never the same twice. */
  readonly nextSession: () => number;
  readonly log: Logger;
  readonly steady: SteadyClock;
  readonly limits?: Partial<StreamLimits>;
}

export interface StreamLimits {
  readonly connections: number;
  readonly connectionsPerAddress: number;
  readonly handshakeMillis: number;
  /** An exporter of a quiet network can be silent for long; a dead one is found by TCP's keep-alive. */
  readonly idleMillis: number;
  /** Between the first and the last byte of a message. */
  readonly messageMillis: number;
}

/** What a connection can hold is an unfinished message, 64 KiB at most: 64 MiB for all of them. */
const DEFAULT_LIMITS: StreamLimits = {
  connections: 1024,
  connectionsPerAddress: 64,
  handshakeMillis: 10_000,
  idleMillis: 30 * 60_000,
  messageMillis: 60_000,
};
const KEEP_ALIVE_MS = 60_000;
/** For the FINs of those who were answered before we stop, and what TLS puts before them. */
const FAREWELL_MS = 1000;
/** Of a socket that is gone already. */
const UNSAID = '::';

export interface StreamListener extends Listener {
  /** Takes no more connections and reads no more; those whose end is not answered yet can still be. */
  quiesce(): void;
  /** Resets all connections. */
  breakOff(end: ConnectionEnd, reason: string): void;
}

/**
 * IPFIX over TCP (RFC 7011 section 10.4) or TLS (section 11).
 *
 * An exporter that shuts down its side and then reads the end of ours knows that everything it sent is decoded and synced
 * to disk. Until then the connection stays half-open, for as long as the disk takes; any other end is a reset.
 */
export function createStreamListener({ host, port, tls }: StreamEndpoint, deps: StreamDeps): StreamListener {
  const { sink, senderOf, log, steady } = deps;
  const limits = { ...DEFAULT_LIMITS, ...deps.limits };
  const transport = tls ? 'tls' : 'tcp';
  const drops = new DropCounts<ConnectionEnd>();
  const connections = new Set<Connection>();
  const farewells = new Farewells();
  /** Sockets of TCP by address, until they are acknowledged; those still in their handshake among them. */
  const admitted = new Map<Socket, string>();
  let server: Server | undefined;
  let secure: TlsServer | undefined;
  let bound = port;
  let received = 0;
  /** Connections that came before are not reset when we are killed. */
  let ready = false;
  let quiet = false;
  let closed: Promise<unknown> = Promise.resolve();

  const refusal = ({ name, allowed }: KnownSender): ConnectionEnd | undefined => {
    if (!allowed) return 'not-allowed';
    const ofAddress = [...admitted.values()].filter((address) => address === name).length;
    return admitted.size >= limits.connections || ofAddress >= limits.connectionsPerAddress ? 'too-many' : undefined;
  };

  /** @param tcp the same socket, or the one below TLS */
  const converse = (socket: Socket, tcp: Socket | undefined, sender: KnownSender): void => {
    // Its handshake was done too late, or it is gone again.
    if (quiet || !tcp) return void socket.destroy();
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    const connection: Connection = new Connection(
      socket,
      { address: sender.address, session: deps.nextSession() },
      steady,
      {
        take(message, from) {
          received++;
          sink.take(message, from);
          if (sink.behind) connection.pause();
        },
        finish: () => sink.finish(connection.session),
        whenSafe: (done) => sink.whenSafe(done),
        acknowledging() {
          farewells.hold(tcp);
          admitted.delete(tcp);
        },
        ended(end, reason) {
          connections.delete(connection);
          drops.add(end, sender.name);
          sink.end(connection.session);
          const level = end === 'closed' ? 'debug' : 'warn';
          log[level]({ listener: nameNow(), exporter: sender.name, end, reason }, 'connection ended');
        },
      },
    );
    connections.add(connection);
    log.info({ listener: nameNow(), exporter: sender.name, session: connection.session }, 'connection');
    if (sink.behind) connection.pause();
  };

  const belowTls = ({ remoteAddress, remotePort }: Socket): Socket | undefined =>
    [...admitted.keys()].find((tcp) => tcp.remotePort === remotePort && tcp.remoteAddress === remoteAddress);

  const accept = (socket: Socket): void => {
    farewells.watch(socket);
    // Without an address it was gone again before we looked.
    if (socket.remoteAddress === undefined || !ready) return void socket.destroy();
    const sender = senderOf(socket.remoteAddress);
    const refused = refusal(sender);
    if (refused) {
      drops.add(refused, sender.name);
      return void socket.destroy();
    }
    admitted.set(socket, sender.name);
    socket.once('close', () => admitted.delete(socket));
    if (secure) secure.emit('connection', socket);
    else converse(socket, socket, sender);
  };

  const refuseHandshake = (socket: Socket, reason: string): void => {
    const { name } = senderOf(socket.remoteAddress ?? UNSAID);
    drops.add('handshake', name);
    log.warn({ listener: nameNow(), exporter: name, reason }, 'TLS refused');
    socket.destroy();
  };

  const nameNow = () => listenerName(transport, host, bound);

  const quiesce = (): void => {
    if (!server || quiet) return;
    quiet = true;
    closed = once(server, 'close');
    server.close();
    for (const connection of connections) connection.pause();
  };

  const breakOff = (end: ConnectionEnd, reason: string): void => {
    for (const connection of connections) connection.end(end, reason);
  };

  return {
    async start() {
      if (tls) {
        secure = createTlsServer({ ...readCertificates(tls, log), handshakeTimeout: limits.handshakeMillis });
        secure.on('secureConnection', (socket) => {
          const sender = senderOf(socket.remoteAddress ?? UNSAID);
          const reason = untrusted(socket, tls);
          if (reason === undefined) converse(socket, belowTls(socket), sender);
          else refuseHandshake(socket, reason);
        });
        secure.on('tlsClientError', (error, socket) => refuseHandshake(socket, error.message));
      }
      const opened = createServer({ allowHalfOpen: true }, accept);
      try {
        opened.listen(port, host);
        await once(opened, 'listening');
      } catch (cause) {
        throw listenFailed(transport, { host, port }, cause);
      }
      opened.on('error', (error) => log.error({ listener: nameNow(), reason: error.message }, `${transport} socket`));
      server = opened;
      const unable = resetOnClose(opened);
      if (unable !== undefined)
        log.warn(
          { transport, reason: unable },
          'if this process is killed, exporters cannot tell that their last messages were not kept',
        );
      // A whole turn of the event loop, so that those who came before are accepted.
      for (let turns = 0; turns < 2; turns++) await turn();
      ready = true;
      bound = (opened.address() as AddressInfo).port;
      log.info({ listener: nameNow() }, 'listening for flow exports');
      return bound;
    },
    tick() {
      const now = steady();
      for (const connection of connections) {
        if (connection.finished) continue;
        if (connection.paused) {
          if (!sink.behind && !quiet) connection.resume();
        } else if (connection.unfinishedSince !== undefined && now - connection.unfinishedSince > limits.messageMillis)
          connection.end('stalled', `a message was not finished in ${limits.messageMillis / 1000} s`);
        else if (now - connection.heardAt > limits.idleMillis)
          connection.end('idle', `silent for ${limits.idleMillis / 1000} s`);
      }
    },
    health: () => ({
      listener: nameNow(),
      transport,
      received,
      droppedByKernel: undefined,
      droppedByUs: 0,
      refused: drops.of('not-allowed'),
      drops: drops.senders().filter(({ reason }) => reason !== 'closed'),
      receiveBuffer: undefined,
      connections: connections.size,
      ended: drops.all(),
    }),
    quiesce,
    breakOff,
    async stop() {
      quiesce();
      breakOff('interrupted', 'we stop');
      for (const socket of admitted.keys()) socket.destroy();
      await farewells.end(FAREWELL_MS);
      await closed;
      server = undefined;
    },
  };
}
