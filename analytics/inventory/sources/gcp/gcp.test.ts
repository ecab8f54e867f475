import { documentOf, readAll } from '../testing/read-all';
import { gcp } from '.';

const API = 'https://www.googleapis.com/compute/v1/projects/shop';
const instance = {
  kind: 'compute#instance',
  id: '5221190110',
  name: 'web-1',
  selfLink: `${API}/zones/europe-west1-b/instances/web-1`,
  zone: `${API}/zones/europe-west1-b`,
  status: 'RUNNING',
  creationTimestamp: '2024-03-01T00:00:00.000-08:00',
  canIpForward: false,
  labels: { application: 'shop', env: 'prod' },
  tags: { items: ['http-server', 'lb'], fingerprint: 'x' },
  networkInterfaces: [
    {
      network: `${API}/global/networks/main`,
      networkIP: '10.0.0.5',
      accessConfigs: [{ name: 'External NAT', natIP: '198.51.100.7' }, { name: 'none' }],
      aliasIpRanges: [{ ipCidrRange: '10.8.0.0/31' }, { ipCidrRange: '10.9.0.0/24', subnetworkRangeName: 'pods' }],
    },
    {
      network: 'https://compute.googleapis.com/compute/v1/projects/hub/global/networks/shared',
      networkIP: '10.1.0.5',
      ipv6Address: '2001:db8::5',
      stackType: 'IPV4_IPV6',
    },
  ],
};
const member = {
  ...instance,
  id: '7',
  name: 'api-x7',
  selfLink: `${API}/zones/europe-west1-b/instances/api-x7`,
  networkInterfaces: [{ network: `${API}/global/networks/main`, networkIP: '10.0.0.7' }],
  metadata: { items: [{ key: 'created-by', value: 'projects/12345/zones/europe-west1-b/instanceGroupManagers/api' }] },
};
const service = {
  selfLink: `${API}/regions/europe-west1/backendServices/api`,
  backends: [{ group: `${API}/zones/europe-west1-b/instanceGroups/api` }],
};
const rule = {
  kind: 'compute#forwardingRule',
  name: 'api-https',
  selfLink: `${API}/regions/europe-west1/forwardingRules/api-https`,
  region: `${API}/regions/europe-west1`,
  IPAddress: '10.0.0.100',
  IPProtocol: 'TCP',
  ports: ['443'],
  loadBalancingScheme: 'INTERNAL',
  network: `${API}/global/networks/main`,
  backendService: service.selfLink,
};
const since = Date.UTC(2024, 2, 1, 8);

describe('Google Cloud inventory', () => {
  it('ends nothing, and says so, where no instance is in a file that somebody calls one of Google Cloud', () => {
    expect(gcp.read([documentOf([{ name: 'web-1', networkInterfaces: [{ networkIP: '10.0.0.2' }] }])], {})).toEqual({
      claims: [],
      networks: [],
      logOns: [],
      rejects: [],
      notes: ['no workload is named, so nothing that was known is ended'],
      complete: false,
    });
  });

  it('reads an instance with the addresses of all its interfaces', () => {
    expect(readAll(gcp, [[instance]])).toEqual({
      claims: [
        {
          key: '5221190110',
          name: 'web-1',
          type: 'host',
          labels: {
            app: 'shop',
            env: 'prod',
            loc: 'europe-west1',
            zone: 'europe-west1-b',
            'network-tags': 'http-server lb',
          },
          addresses: [
            { address: '10.0.0.5', scope: 'shop/main', since },
            { address: '10.8.0.0', scope: 'shop/main', since },
            { address: '10.8.0.1', scope: 'shop/main', since },
            { address: '198.51.100.7', scope: '', since },
            { address: '10.1.0.5', scope: 'hub/shared', since },
            { address: '2001:db8::5', scope: 'hub/shared', since },
          ],
        },
      ],
      networks: [],
      logOns: [],
      rejects: [],
      complete: true,
    });
  });

  it('reads lines of Cloud Asset Inventory, and leaves other assets alone', () => {
    const asset = (assetType: string, data: object): string =>
      JSON.stringify({ name: '//x', assetType, resource: { version: 'v1', data } });
    const lines = [
      asset('compute.googleapis.com/Disk', { selfLink: `${API}/zones/europe-west1-b/disks/d`, name: 'd' }),
      asset('compute.googleapis.com/Instance', { ...instance, kind: undefined }),
    ];
    expect(readAll(gcp, [lines.join('\n')])).toMatchObject({ claims: [{ name: 'web-1' }], rejects: [] });
    expect(gcp.recognise(documentOf(lines.join('\n')))).toBe(true);
  });

  it('makes a forwarding rule a virtual address, with the managed group behind it', () => {
    expect(readAll(gcp, [[rule], [service], [instance, member]]).claims).toContainEqual({
      key: 'shop/main/10.0.0.100',
      name: 'api-https',
      type: 'vip',
      labels: { loc: 'europe-west1' },
      addresses: [{ address: '10.0.0.100', scope: 'shop/main' }],
      pool: ['10.0.0.7'],
      listens: [{ protocol: 6, port: 443, name: 'api-https' }],
    });
  });

  it('puts rules of one address together, and knows target pools', () => {
    const pool = { selfLink: `${API}/regions/europe-west1/targetPools/web`, instances: [instance.selfLink, null] };
    const external = {
      ...rule,
      network: null,
      backendService: null,
      target: pool.selfLink,
      IPAddress: '203.0.113.5',
      ports: null,
    };
    const rules = [
      { ...external, portRange: '80-80' },
      { ...external, name: 'web-alt', portRange: '8000-8010' },
    ];
    expect(readAll(gcp, [[...rules, pool], [instance]]).claims).toContainEqual({
      key: '/203.0.113.5',
      name: 'api-https',
      type: 'vip',
      labels: { loc: 'europe-west1' },
      addresses: [{ address: '203.0.113.5', scope: '' }],
      pool: ['10.0.0.5'],
      listens: [{ protocol: 6, port: 80, name: 'api-https' }],
    });
  });

  it.each([
    [
      'leaves alias ranges of a GKE node to its pods',
      { labels: { 'goog-gke-node': '' }, canIpForward: true },
      { type: 'host', addresses: [{ address: '10.0.0.5' }, { address: '198.51.100.7' }, {}, {}] },
    ],
    ['takes an instance that forwards for an appliance', { canIpForward: true }, { type: 'appliance' }],
    ['keeps an instance without addresses', { networkInterfaces: null }, { addresses: [] }],
    [
      'goes by the link where there is no id',
      { id: null },
      { key: 'projects/shop/zones/europe-west1-b/instances/web-1' },
    ],
  ])('%s', (_, fields, claim) => {
    expect(readAll(gcp, [[{ ...instance, ...fields }]]).claims).toMatchObject([claim]);
  });

  it('says that a listing stops before its last page', () => {
    expect(readAll(gcp, [{ items: [instance], nextPageToken: 'x' }]).complete).toBe(false);
  });

  it('reports what it cannot take and reads on', () => {
    const odd = { ...instance, id: '8', networkInterfaces: [{ networkIP: 'x' }] };
    const range = { ...instance, networkInterfaces: [{ aliasIpRanges: [{ ipCidrRange: '10.0.0.9/24' }] }] };
    const { claims, rejects } = readAll(gcp, [[instance, { ...instance, creationTimestamp: 'once' }, odd, range]]);
    expect(claims.map(({ key }) => key)).toEqual(['5221190110', '8']);
    expect(rejects).toEqual([
      { where: '[1].creationTimestamp', message: 'not a time: "once"' },
      {
        where: '[3].networkInterfaces[0].aliasIpRanges[0].ipCidrRange',
        message: expect.stringContaining('bits set beyond its prefix length'),
      },
      { where: '[2]', message: '"x" is not an IPv4 or IPv6 address' },
    ]);
  });

  it.each([
    [[instance], true],
    [{ items: [rule] }, true],
    [{ items: [{ selfLink: '/api/v1/namespaces/x/pods/y', metadata: {} }] }, false],
    [{ prefixes: [{ ipv4Prefix: '8.8.8.0/24' }] }, false],
  ])('recognises its own: %#', (content, expected) => {
    expect(gcp.recognise(documentOf(content))).toBe(expected);
  });
});
