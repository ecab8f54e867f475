import * as fc from 'fast-check';
import { WayleaveError } from '../../../../ingest/kernel/errors';
import type { SourceDocument, SourceOptions } from '../../source';
import { kubernetes } from '.';

type Json = Record<string, unknown>;

const document = (json: unknown): SourceDocument => ({ name: 'cluster.json', text: JSON.stringify(json), json });
const list = (...items: unknown[]) => ({ kind: 'List', apiVersion: 'v1', items });
const read = (items: unknown[], options: SourceOptions = {}) => kubernetes.read([document(list(...items))], options);

const CREATED = '2026-11-01T08:00:00Z';
const at = (text: string) => Date.parse(text);

const object = (kind: string, name: string, rest: Json = {}, metadata: Json = {}) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, creationTimestamp: CREATED, ...metadata },
  ...rest,
});
const pod = (name: string, ip: string, { metadata = {}, spec = {}, status = {} }: Record<string, Json> = {}) =>
  object(
    'Pod',
    name,
    {
      spec: { containers: [], ...spec },
      status: { phase: 'Running', podIP: ip, podIPs: [{ ip }], startTime: '2026-11-01T08:00:05Z', ...status },
    },
    metadata,
  );
const service = (name: string, spec: Json, rest: Json = {}, metadata: Json = {}) =>
  object('Service', name, { spec, ...rest }, metadata);

describe('Kubernetes inventory', () => {
  it('takes pods with their addresses, times, workload and labels', () => {
    const replica = { kind: 'ReplicaSet', name: 'web-5d8f7c9b6d', controller: true };
    const { claims, rejects, complete } = read(
      [
        object(
          'Namespace',
          'shop',
          {},
          { namespace: undefined, labels: { env: 'prod', 'kubernetes.io/metadata.name': 'shop' } },
        ),
        pod('web-5d8f7c9b6d-x2x4z', '10.244.1.7', {
          metadata: {
            labels: {
              app: 'web',
              'app.kubernetes.io/part-of': 'shop',
              'app.kubernetes.io/component': 'frontend',
              'pod-template-hash': '5d8f7c9b6d',
            },
            ownerReferences: [replica],
          },
          status: { podIPs: [{ ip: '10.244.1.7' }, { ip: 'FD00::7' }] },
        }),
      ],
      { scope: 'k8s-1' },
    );
    const since = at('2026-11-01T08:00:05Z');
    expect(claims).toEqual([
      {
        key: 'uid-web-5d8f7c9b6d-x2x4z',
        name: 'shop/web-5d8f7c9b6d-x2x4z',
        type: 'pod',
        addresses: [
          { address: '10.244.1.7', scope: 'k8s-1', since },
          { address: 'fd00::7', scope: 'k8s-1', since },
        ],
        labels: {
          app: 'shop',
          role: 'frontend',
          env: 'prod',
          owner: 'deployment/web',
          namespace: 'shop',
          'kubernetes.io/metadata.name': 'shop',
        },
      },
    ]);
    expect({ rejects, complete }).toEqual({ rejects: [], complete: true });
  });

  it.each([
    [
      'a replica set of a deployment',
      { kind: 'ReplicaSet', name: 'web-abc12' },
      { 'pod-template-hash': 'abc12' },
      'deployment/web',
    ],
    ['a replica set of its own', { kind: 'ReplicaSet', name: 'web-abc12' }, {}, 'replicaset/web-abc12'],
    ['a job of a cron job', { kind: 'Job', name: 'backup-29387160' }, {}, 'cronjob/backup'],
    ['a job', { kind: 'Job', name: 'load-1' }, {}, 'job/load-1'],
    ['a stateful set', { kind: 'StatefulSet', name: 'db' }, {}, 'statefulset/db'],
  ])('names the owner of a pod of %s', (_what, owner, labels, expected) => {
    const { claims } = read([pod('p', '10.0.0.1', { metadata: { ownerReferences: [owner], labels } })]);
    expect(claims[0]?.labels.owner).toBe(expected);
  });

  it.each([
    [{ 'app.kubernetes.io/name': 'cart', 'app.kubernetes.io/instance': 'shop' }, {}, { app: 'shop', role: 'cart' }],
    [{ app: 'cart', tier: 'backend' }, {}, { app: 'cart', role: 'backend' }],
    [{ app: 'cart', squad: 'blue' }, { app: 'squad' }, { app: 'blue', role: 'cart' }],
    [{ 'k8s-app': 'kube-dns' }, {}, { app: 'kube-dns' }],
  ])('makes of the labels %j, mapped by %j, %j', (given, mapping, expected) => {
    const { claims } = read([pod('p', '10.0.0.1', { metadata: { labels: given } })], { labels: mapping });
    const { app, role } = claims[0]?.labels ?? {};
    expect({ ...(app && { app }), ...(role && { role }) }).toEqual(expected);
  });

  it.each([
    ['runs', {}, {}, undefined],
    ['was deleted', {}, { deletionTimestamp: '2026-11-02T00:00:30Z' }, '2026-11-02T00:00:30Z'],
    [
      'completed',
      {
        phase: 'Succeeded',
        containerStatuses: ['2026-11-01T09:00:00Z', '2026-11-01T09:30:00Z'].map((finishedAt) => ({
          state: { terminated: { finishedAt } },
        })),
      },
      {},
      '2026-11-01T09:30:00Z',
    ],
    [
      'was evicted',
      { phase: 'Failed', conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-11-01T10:00:00Z' }] },
      {},
      '2026-11-01T10:00:00Z',
    ],
  ])('gives the address of a pod that %s until then', (_what, status, metadata, until) => {
    const { claims } = read([pod('p', '10.0.0.1', { status, metadata })]);
    expect(claims[0]?.addresses).toEqual([
      {
        address: '10.0.0.1',
        scope: '',
        since: at('2026-11-01T08:00:05Z'),
        ...(until !== undefined && { until: at(until) }),
      },
    ]);
  });

  it('says of a pod that ended at an unknown time that it does not know', () => {
    expect(read([pod('p', '10.0.0.1', { status: { phase: 'Failed' } })])).toMatchObject({
      claims: [],
      rejects: [{ where: 'Pod shop/p', message: 'it has ended, and nothing says when' }],
    });
  });

  it('takes nodes, and pods in their network for the node itself', () => {
    const { claims } = read([
      object(
        'Node',
        'node-1',
        {
          status: {
            addresses: [
              { type: 'Hostname', address: 'node-1' },
              { type: 'InternalIP', address: '10.0.0.11' },
              { type: 'ExternalIP', address: '203.0.113.11' },
            ],
          },
        },
        {
          namespace: undefined,
          labels: { 'node-role.kubernetes.io/control-plane': '', 'topology.kubernetes.io/region': 'eu-1' },
        },
      ),
      pod('agent', '10.0.0.11', {
        spec: {
          hostNetwork: true,
          nodeName: 'node-1',
          containers: [{ ports: [{ containerPort: 9100, name: 'metrics' }] }],
        },
      }),
      pod('pending', '', { status: { phase: 'Pending', podIP: undefined, podIPs: undefined } }),
      service('web', { clusterIP: '10.96.0.9', ports: [{ port: 80, nodePort: 30080 }] }),
    ]);
    expect(claims.filter(({ type }) => type !== 'vip')).toEqual([
      {
        key: 'uid-node-1',
        name: 'node-1',
        type: 'host',
        addresses: ['10.0.0.11', '203.0.113.11'].map((address) => ({ address, scope: '', since: at(CREATED) })),
        labels: { role: 'control-plane', loc: 'eu-1', 'node-role.kubernetes.io/control-plane': undefined },
        listens: [
          { protocol: 6, port: 9100, name: 'metrics' },
          { protocol: 6, port: 30080, name: 'shop/web' },
        ],
      },
    ]);
  });

  const backend = pod('web-1', '10.244.0.1', {
    metadata: { labels: { app: 'web' } },
    spec: {
      containers: [
        {
          ports: [
            { name: 'http', containerPort: 8080 },
            { containerPort: 9, protocol: 'UDP' },
          ],
        },
      ],
    },
  });
  const web = {
    clusterIPs: ['10.96.0.10'],
    externalIPs: ['192.0.2.10'],
    selector: { app: 'web' },
    ports: [{ name: 'http', port: 80, targetPort: 'http' }],
  };

  it('takes services for virtual addresses with what selectors find behind them, and says what pods listen on', () => {
    const { claims } = read([
      backend,
      pod('done', '10.244.0.2', {
        metadata: { labels: { app: 'web' }, deletionTimestamp: CREATED },
        status: { phase: 'Succeeded' },
      }),
      pod('db-1', '10.244.0.3', { metadata: { labels: { app: 'db' } } }),
      service('web', web, {
        status: { loadBalancer: { ingress: [{ ip: '198.51.100.10' }, { hostname: 'lb.example' }] } },
      }),
      service('headless', { clusterIP: 'None', selector: { app: 'db' }, ports: [{ port: 5432 }] }),
      service('named', { type: 'ExternalName', externalName: 'db.example' }),
    ]);
    expect(claims.filter(({ type }) => type === 'vip')).toEqual([
      {
        key: 'uid-web',
        name: 'web.shop.svc',
        type: 'vip',
        addresses: ['10.96.0.10', '192.0.2.10', '198.51.100.10'].map((address) => ({
          address,
          scope: '',
          since: at(CREATED),
        })),
        labels: { namespace: 'shop' },
        pool: ['10.244.0.1'],
        listens: [{ protocol: 6, port: 80, name: 'http' }],
      },
    ]);
    expect(Object.fromEntries(claims.map(({ name, listens }) => [name, listens]))).toMatchObject({
      'shop/web-1': [
        { protocol: 6, port: 8080, name: 'http' },
        { protocol: 17, port: 9, name: '' },
      ],
      'shop/db-1': [{ protocol: 6, port: 5432, name: 'headless' }],
    });
  });

  const slice = (name: string, ...endpoints: Json[]) =>
    object('EndpointSlice', name, { endpoints }, { labels: { 'kubernetes.io/service-name': 'web' } });
  const endpoints = object('Endpoints', 'web', {
    subsets: [{ addresses: [{ ip: '10.244.0.7' }] }, { notReadyAddresses: [{ ip: '10.244.0.8' }] }],
  });

  it.each([
    ['endpoints', [endpoints], ['10.244.0.7']],
    [
      'slices',
      [
        endpoints,
        slice('a', { addresses: ['10.244.0.4'], conditions: { ready: true } }),
        slice('b', { addresses: ['fd00::4'] }, { addresses: ['10.244.0.5'], conditions: { ready: false } }),
      ],
      ['10.244.0.4', 'fd00::4'],
    ],
    ['slices without endpoints', [slice('a')], []],
  ])('believes %s rather than selectors', (_what, objects, pool) => {
    expect(read([backend, service('web', web), ...objects]).claims.find(({ type }) => type === 'vip')?.pool).toEqual(
      pool,
    );
  });

  it('takes the address of an ingress that no service has, and names of hosts for labels of services', () => {
    const ingress = object('Ingress', 'front', {
      spec: {
        rules: [
          {
            host: 'shop.example',
            http: { paths: [{ path: '/', backend: { service: { name: 'web', port: { number: 80 } } } }] },
          },
        ],
      },
      status: { loadBalancer: { ingress: [{ ip: '198.51.100.20' }, { ip: '192.0.2.10' }] } },
    });
    const vips = read([backend, service('web', web), ingress]).claims.filter(({ type }) => type === 'vip');
    expect(
      vips.map(({ name, addresses, pool, labels }) => [
        name,
        addresses.map(({ address }) => address),
        pool,
        labels.hosts,
      ]),
    ).toEqual([
      ['web.shop.svc', ['10.96.0.10', '192.0.2.10'], ['10.244.0.1'], 'shop.example'],
      ['front.shop.ingress', ['198.51.100.20'], ['10.244.0.1'], 'shop.example'],
    ]);
  });

  it('reads lists of the API, whose items have no kind, single objects, and several files', () => {
    const { kind: _kind, apiVersion: _version, ...item } = backend;
    const documents = [
      { kind: 'PodList', apiVersion: 'v1', items: [item] },
      service('web', web),
      { kind: 'ConfigMapList', apiVersion: 'v1', items: [{}] },
    ];
    expect(documents.map((json) => kubernetes.recognise(document(json)))).toEqual([true, true, false]);
    expect(kubernetes.read(documents.map(document), {}).claims.map(({ name }) => name)).toEqual([
      'shop/web-1',
      'web.shop.svc',
    ]);
  });

  it('does not take a page for the whole', () => {
    const page = (next?: string) =>
      document({ kind: 'PodList', apiVersion: 'v1', metadata: { continue: next }, items: [] });
    expect(kubernetes.read([page('x'), page()], {}).complete).toBe(true);
    expect(kubernetes.read([page(), page('x')], {}).complete).toBe(false);
  });

  it('reports objects that are not as the API has them, and takes the rest', () => {
    const { claims, rejects } = read([
      { kind: 'Pod', metadata: {} },
      backend,
      pod('odd', '10.0.0.300'),
      { kind: 'ConfigMap' },
      null,
      service('far', { ports: [{ port: 70_000 }] }),
    ]);
    expect(claims.map(({ name }) => name)).toEqual(['shop/web-1']);
    expect(rejects.map(({ where, message }) => `${where}: ${message.slice(0, 28)}`)).toEqual([
      'items[0]: Pod metadata.name: Invalid i',
      'items[5]: Service spec.ports.0.port: T',
      'Pod shop/odd: "10.0.0.300" is not an IPv4 ',
    ]);
  });

  it.each([['text'], [[]], [{ items: [] }], [{ kind: 'Deployment', apiVersion: 'apps/v1' }]])(
    'does not recognise %j',
    (json) => {
      expect(kubernetes.recognise(document(json))).toBe(false);
    },
  );

  it('refuses what is no document of the API', () => {
    expect(() => kubernetes.read([document({ a: 1 })], {})).toThrow(expect.objectContaining({ code: 'bad-inventory' }));
  });

  it('never throws anything but a WayleaveError', () => {
    const kind = fc.constantFrom(
      'Pod',
      'Node',
      'Service',
      'EndpointSlice',
      'Endpoints',
      'Namespace',
      'Ingress',
      'List',
    );
    const key = fc.constantFrom(
      'metadata',
      'spec',
      'status',
      'name',
      'labels',
      'ports',
      'podIPs',
      'rules',
      'ownerReferences',
      '__proto__',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, 7, 'x', '10.0.0.1', true),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    }));
    const items = fc.array(
      fc.tuple(kind, fc.dictionary(key, value, { maxKeys: 5 })).map(([kind, fields]) => ({ ...fields, kind })),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          items.map((items) => list(...items)),
        ),
        (json) => {
          try {
            kubernetes.recognise(document(json));
            kubernetes.read([document(json)], {});
          } catch (error) {
            if (!(error instanceof WayleaveError)) throw error;
          }
        },
      ),
    );
  });
});
