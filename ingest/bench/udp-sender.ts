import { createSocket } from 'node:dgram';
import { be, join, netflow9, set, template, UPTIME, v4 } from '../decode/testing/datagrams';
import { CLASSIC } from './traffic/classic';

/** What the parent process orders. */
export interface SendOrder {
  readonly port: number;
  /** Flows per second. */
  readonly rate: number;
  readonly seconds: number;
}

/** What came of it. */
export interface SendReport {
  readonly flows: number;
  readonly seconds: number;
}

/** A datagram of 1,368 bytes. */
export const FLOWS_EACH = 24;

/** Distinct datagrams; a slow kernel may hold that many before a buffer is written again. */
const DATAGRAMS = 1024;
const SEQUENCE_AT = 12;
const TICK_MS = 1;
const LONGEST_TICK_MS = 10;
/** What is overdue is made up for at this multiple of the rate: a network does not send a stalled second at once. */
const CATCH_UP = 1.5;
let sequence = 0;

/** Sends at a steady rate: as many datagrams each tick as are due by then. */
function send({ port, rate, seconds }: SendOrder): void {
  const socket = createSocket('udp4');
  const now = Math.floor(Date.now() / 1000);
  const datagrams = Array.from({ length: DATAGRAMS }, (_, index) => Buffer.from(datagram(index, now)));
  const total = Math.ceil((rate * seconds) / FLOWS_EACH);
  socket.connect(port, '127.0.0.1', () => {
    socket.send(netflow9({ seconds: now, sequence: sequence++ }, set(0, template(256, CLASSIC))));
    const started = performance.now();
    let sent = 0;
    let last = 0;
    const tick = (): void => {
      const elapsed = performance.now() - started;
      const dueBy = (millis: number): number => Math.floor((millis / 1000) * (rate / FLOWS_EACH));
      const due = Math.min(
        total,
        dueBy(elapsed),
        sent + dueBy(CATCH_UP * Math.min(elapsed - last, LONGEST_TICK_MS)) + 1,
      );
      last = elapsed;
      for (; sent < due; sent++) {
        const next = datagrams[sent % DATAGRAMS] ?? Buffer.alloc(0);
        next.writeUInt32BE(sequence++ >>> 0, SEQUENCE_AT);
        socket.send(next);
      }
      if (sent < total) return void setTimeout(tick, TICK_MS);
      process.send?.({ flows: sent * FLOWS_EACH, seconds: elapsed / 1000 } satisfies SendReport);
      socket.close();
    };
    // The template first, on its own.
    setTimeout(tick, 100);
  });
}

function datagram(index: number, seconds: number): Uint8Array {
  const records = Array.from({ length: FLOWS_EACH }, (_, i) => record(index * FLOWS_EACH + i));
  return netflow9({ seconds, sequence: 0 }, set(256, ...records));
}

function record(seed: number): Uint8Array {
  return join(...CLASSIC.map(([id, length]) => valueOf(id, length, seed)));
}

function valueOf(id: number, length: number, seed: number): Uint8Array {
  switch (id) {
    case 8:
      return v4(`10.1.${(seed >> 8) & 255}.${seed & 255}`);
    case 12:
      return v4(`10.2.0.${seed & 31}`);
    case 21:
      return be(UPTIME - (seed % 1000), length);
    case 22:
      return be(UPTIME - 1000 - (seed % 60_000), length);
    case 4:
      return be(seed % 5 === 0 ? 17 : 6, length);
    default:
      return be((seed * 2_654_435_761) % 65_521, length);
  }
}

process.on('message', (order) => send(order as SendOrder));
