import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UploadReport } from '../../ingest/upload';
import type { Report } from '../jobs';
import type { Serving } from '../main';

/** Datagrams in flight at most: 64 of 1,400 bytes fit the receive buffer every Linux grants. */
const BURST = 64;

/**
 * Sends datagrams to a collector on loopback, no faster than it takes them.
 *
 * @param taken how many datagrams the collector has seen so far
 */
export async function sendDatagrams(
  datagrams: readonly Uint8Array[],
  port: number,
  taken: () => Promise<number>,
  report: Report,
): Promise<void> {
  const socket = createSocket('udp4');
  const before = await taken();
  for (let sent = 0; sent < datagrams.length; sent += BURST) {
    const burst = datagrams.slice(sent, sent + BURST);
    await Promise.all(
      burst.map((datagram) => new Promise((resolve) => socket.send(datagram, port, '127.0.0.1', resolve))),
    );
    // A datagram that got lost all the same must not hang the demonstration: it is reported as lost.
    for (let tries = 0; tries < 200 && (await taken()) - before < sent + burst.length; tries++) await sleep(1);
    report(Math.min(sent + BURST, datagrams.length), datagrams.length, 'datagrams');
  }
  socket.close();
  await once(socket, 'close');
}

/** `POST /api/v1/uploads`, as any shipper would. */
export async function upload({ url, token }: Serving, name: string, body: Uint8Array): Promise<UploadReport> {
  const response = await fetch(`${url}/api/v1/uploads?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body,
  });
  if (!response.ok) throw new Error(`upload of ${name} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as UploadReport;
}
