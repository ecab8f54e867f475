import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { messageOf, WayleaveError } from '../../ingest/kernel/errors';

export interface Listening {
  /** `http://127.0.0.1:8471`. */
  readonly url: string;
  stop(): void;
}

/** @throws WayleaveError `listen-failed` */
export async function listen(app: Express, { host, port }: { host: string; port: number }): Promise<Listening> {
  const server = app.listen(port, host);
  // Longer than clients and proxies keep idle connections, so that they never write into one just closed.
  server.keepAliveTimeout = 75_000;
  // Gigabytes over a slow line take longer than the five minutes that Node gives a request.
  server.requestTimeout = 0;
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new WayleaveError(`cannot serve on ${host}:${port}: ${messageOf(cause)}`, {
      code: 'listen-failed',
      where: { host, port },
      cause,
    });
  }
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
