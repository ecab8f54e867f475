import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { apiServer, createServers, kubeconfigOf, pod } from './api-server.fixture';
import { openCluster } from './cluster';
import { readCluster } from './live';

const folder = mkdtempSync(join(tmpdir(), 'wayleave-cluster-'));
const servers = createServers();
// The client is a thousand modules, which jest loads one by one: half a minute when they are not in its cache.
beforeAll(() => openCluster({ kubeconfig: kubeconfig('http://127.0.0.1:1') }), 120_000);
afterEach(() => servers.close());
afterAll(() => rmSync(folder, { recursive: true }));

function kubeconfig(server: string, cluster?: object): string {
  const path = join(folder, 'config');
  writeFileSync(path, kubeconfigOf(server, cluster));
  return path;
}

describe('a cluster of a kubeconfig', () => {
  it('is believed by its certificate only, and believes our token', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    const server = await servers.listen(apiServer([pod(1)]).listener, { cert, key });
    const trusted = kubeconfig(server, { 'certificate-authority-data': Buffer.from(cert).toString('base64') });
    const documents = await readCluster(await openCluster({ kubeconfig: trusted, context: 'test' }));
    expect(documents.find(({ name }) => name.endsWith('/pods'))?.json).toMatchObject({
      kind: 'PodList',
      items: [pod(1)],
    });
    const strange = kubeconfig(server, {});
    await expect(readCluster(await openCluster({ kubeconfig: strange }))).rejects.toMatchObject({
      code: 'cluster-unreachable',
      retriable: true,
    });
  });

  it('may be behind a proxy that adds a path', async () => {
    const { listener } = apiServer([pod(1)]);
    const server = await servers.listen((request, response) => {
      request.url = request.url?.replace('/clusters/c1/', '/') ?? '';
      listener(request, response);
    });
    const cluster = await openCluster({ kubeconfig: kubeconfig(`${server}/clusters/c1/`) });
    expect(
      (await readCluster(cluster)).find(({ name }) => name.endsWith('/clusters/c1/api/v1/pods'))?.json,
    ).toMatchObject({
      items: [pod(1)],
    });
  });

  it.each([
    ['that is not there', { kubeconfig: join(folder, 'none') }],
    ['without the context', { kubeconfig: kubeconfig('http://127.0.0.1:1'), context: 'other' }],
    ['whose context has no cluster', { kubeconfig: kubeconfig('http://127.0.0.1:1'), context: 'broken' }],
  ])('refuses a kubeconfig %s', async (_what, choice) => {
    await expect(openCluster(choice)).rejects.toMatchObject({ code: 'bad-kubeconfig' });
  });

  it('is not guessed', async () => {
    const { HOME, KUBECONFIG } = process.env;
    Object.assign(process.env, { HOME: join(folder, 'none'), KUBECONFIG: '' });
    try {
      await expect(openCluster({})).rejects.toMatchObject({ code: 'bad-kubeconfig' });
    } finally {
      Object.assign(process.env, { HOME, KUBECONFIG: KUBECONFIG ?? '' });
    }
  });
});
