import type { RequestListener } from 'node:http';
import { kubernetes } from '.';
import { apiServer, createServers, pod } from './api-server.fixture';
import type { Cluster } from './cluster';
import { readCluster } from './live';

const servers = createServers();
afterEach(() => servers.close());

async function clusterOf(listener: RequestListener): Promise<Cluster> {
  const server = await servers.listen(listener);
  return { server, authorise: () => Promise.resolve({ headers: { authorization: 'Bearer secret' } }) };
}

describe('a live cluster', () => {
  it('is listed page by page, and read as files are', async () => {
    const { listener, asked } = apiServer([1, 2, 3].map(pod));
    const cluster = await clusterOf(listener);
    const documents = await readCluster(cluster, { pageSize: 2 });
    expect(asked.filter((url) => url.includes('pods'))).toEqual([
      '/api/v1/pods?limit=2',
      '/api/v1/pods?limit=2&continue=2',
    ]);
    const { claims, rejects } = kubernetes.read(documents, {});
    expect(claims.map(({ name, addresses }) => [name, addresses[0]?.address])).toEqual([
      ['shop/web-1', '10.244.0.1'],
      ['shop/web-2', '10.244.0.2'],
      ['shop/web-3', '10.244.0.3'],
    ]);
    expect(rejects).toEqual([]);
  });

  it('is listed anew when a page has expired, three times at most', async () => {
    const gone = { status: 410, body: { kind: 'Status', message: 'too old' } };
    const { listener, asked } = apiServer([1, 2].map(pod), { '/api/v1/pods?limit=1&continue=1': gone });
    const cluster = await clusterOf(listener);
    await expect(readCluster(cluster, { pageSize: 1 })).rejects.toMatchObject({
      code: 'cluster-expired',
    });
    expect(asked.filter((url) => url.includes('continue')).length).toBe(3);
  });

  it.each([
    [
      'a role that may not list',
      { status: 403, body: { kind: 'Status', message: 'pods is forbidden: cannot list' } },
      { code: 'cluster-refused', message: expect.stringContaining('pods is forbidden') as string },
    ],
    ['a server in trouble', { status: 503, body: 'busy' }, { code: 'cluster-unreachable', retriable: true }],
    ['an answer that is no JSON', { status: 200, body: '<html>' }, { code: 'cluster-unreachable' }],
    ['an answer that is no list', { status: 200, body: { items: 7 } }, { code: 'cluster-unreachable' }],
    [
      'a list without end',
      { status: 200, body: { items: [], metadata: { continue: 'x' } } },
      { code: 'cluster-unreachable', message: expect.stringContaining('does not end') as string },
    ],
  ])('says what is wrong: %s', async (_what, answer, expected) => {
    const { listener } = apiServer([], { '/api/v1/pods': answer });
    const cluster = await clusterOf(listener);
    await expect(readCluster(cluster)).rejects.toMatchObject(expected);
  });

  it('is not waited for longer than the timeout', async () => {
    const cluster = await clusterOf(() => undefined);
    await expect(readCluster(cluster, { timeout: 50 })).rejects.toMatchObject({
      code: 'cluster-unreachable',
    });
  });
});
