import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A pod as lists of the API have it. */
export const pod = (i: number) => ({
  metadata: { name: `web-${i}`, namespace: 'shop', uid: `uid-${i}` },
  spec: { containers: [] },
  status: { phase: 'Running', podIP: `10.244.0.${i}` },
});

/** A stand-in for an API server: pods in pages, nothing else but what a test adds. */
export function apiServer(pods: readonly object[], answers: Record<string, { status: number; body: unknown }> = {}) {
  const asked: string[] = [];
  const listener: RequestListener = ({ url = '', headers }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://x');
    asked.push(url);
    const send = (status: number, body: unknown) =>
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(typeof body === 'string' ? body : JSON.stringify(body));
    if (headers.authorization !== 'Bearer secret') return send(401, { kind: 'Status', message: 'Unauthorized' });
    const answer = answers[url] ?? answers[pathname];
    if (answer) return send(answer.status, answer.body);
    if (pathname === '/apis/networking.k8s.io/v1/ingresses') return send(404, '404 page not found');
    if (pathname !== '/api/v1/pods') return send(200, { kind: 'List', items: null, metadata: {} });
    const from = Number(searchParams.get('continue') ?? 0);
    const to = from + Number(searchParams.get('limit'));
    return send(200, {
      kind: 'PodList',
      items: pods.slice(from, to),
      metadata: to < pods.length ? { continue: String(to) } : {},
    });
  };
  return { listener, asked };
}

/** What a kubeconfig for the server holds; JSON is YAML. Its context `broken` has no cluster. */
export function kubeconfigOf(server: string, cluster: object = { 'insecure-skip-tls-verify': true }): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'here', cluster: { server, ...cluster } }],
    users: [{ name: 'reader', user: { token: 'secret' } }],
    contexts: [
      { name: 'test', context: { cluster: 'here', user: 'reader' } },
      { name: 'broken', context: { cluster: 'nowhere', user: 'reader' } },
    ],
  });
}

/** Servers on loopback, and how to end them all. */
export function createServers() {
  const servers: Server[] = [];
  return {
    /** The server's address, `http://127.0.0.1:40123`. */
    async listen(listener: RequestListener, tls?: { cert: string; key: string }): Promise<string> {
      const server = tls ? createHttps(tls, listener) : createHttp(listener);
      servers.push(server);
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      return `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    async close(): Promise<void> {
      for (const server of servers.splice(0)) {
        server.closeAllConnections();
        await new Promise((closed) => server.close(closed));
      }
    },
  };
}
