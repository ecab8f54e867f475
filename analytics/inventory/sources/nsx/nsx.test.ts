import { documentOf, readAll } from '../testing/read-all';
import { nsx } from '.';

const page = (...results: object[]): object => ({ results, result_count: results.length, sort_ascending: true });
const machine = {
  resource_type: 'VirtualMachine',
  external_id: '5002-a',
  display_name: 'web-1',
  type: 'REGULAR',
  power_state: 'VM_RUNNING',
  compute_ids: ['instanceUuid:5002-a'],
  tags: [
    { scope: 'Application', tag: 'shop' },
    { scope: 'tier', tag: 'web' },
    { scope: 'owner', tag: 'ops' },
    { scope: 'owner', tag: 'net' },
    { scope: '', tag: 'pci' },
    { scope: 'empty', tag: '' },
  ],
};
const vif = {
  resource_type: 'VirtualNetworkInterface',
  external_id: '5002-a-4000',
  owner_vm_id: '5002-a',
  mac_address: '00:50:56:aa:91:60',
  display_name: 'Network adapter 1',
  ip_address_info: [{ source: 'VM_TOOLS', ip_addresses: ['10.0.0.5', '2001:db8::5', 'fe80::250:56ff:feaa:9160'] }],
};
const server = {
  resource_type: 'LBVirtualServer',
  id: 'web',
  display_name: 'web',
  ip_address: '10.0.0.100',
  ports: ['443', '8000-8010'],
  application_profile_path: '/infra/lb-app-profiles/default-tcp-lb-app-profile',
  pool_path: '/infra/lb-pools/web-pool',
  tags: [{ scope: 'env', tag: 'prod' }],
};
const pool = {
  resource_type: 'LBPool',
  id: 'web-pool',
  path: '/infra/lb-pools/web-pool',
  algorithm: 'ROUND_ROBIN',
  members: [{ ip_address: '10.0.0.6', port: '443' }, { ip_address: '10.0.0.5' }],
};
const web = {
  key: '5002-a',
  name: 'web-1',
  type: 'host',
  labels: { app: 'shop', role: 'web', owner: 'net,ops', tag: 'pci' },
  addresses: [
    { address: '10.0.0.5', scope: '' },
    { address: '2001:db8::5', scope: '' },
  ],
};

describe('NSX inventory', () => {
  it.each([
    ['machines first', [page(machine), page(vif)]],
    ['interfaces first', [page(vif), page(machine)]],
    ['all in one', [[page(machine), page(vif)]]],
  ])('joins machines and interfaces: %s', (_, contents) => {
    expect(readAll(nsx, contents)).toEqual({ claims: [web], networks: [], logOns: [], rejects: [], complete: true });
  });

  it('makes a virtual server a virtual address with its pool', () => {
    expect(readAll(nsx, [page(server), page(pool)]).claims).toEqual([
      {
        key: 'virtual-server/10.0.0.100',
        name: 'web',
        type: 'vip',
        labels: { env: 'prod' },
        addresses: [{ address: '10.0.0.100', scope: '' }],
        pool: ['10.0.0.5', '10.0.0.6'],
        listens: [{ protocol: 6, port: 443, name: 'web' }],
      },
    ]);
  });

  it('reads virtual servers of the manager API, several on one address', () => {
    const older = {
      ip_address: '10.0.0.100',
      pool_id: 'web-pool',
      ip_protocol: 'UDP',
      display_name: 'dns',
      port: '53',
    };
    expect(
      readAll(nsx, [
        page({ ...older, display_name: 'b', port: '54' }, older, {
          id: 'web-pool',
          algorithm: 'ROUND_ROBIN',
          members: pool.members,
        }),
      ]).claims,
    ).toMatchObject([
      {
        name: 'b',
        pool: ['10.0.0.5', '10.0.0.6'],
        listens: [
          { protocol: 17, port: 54 },
          { protocol: 17, port: 53 },
        ],
      },
    ]);
  });

  it('finds what is nested in a tree of the whole infrastructure', () => {
    const tree = {
      resource_type: 'Infra',
      children: [{ resource_type: 'ChildLBVirtualServer', LBVirtualServer: server }],
    };
    expect(readAll(nsx, [tree]).claims).toMatchObject([{ name: 'web', type: 'vip' }]);
  });

  it('gives the gateways of segments to the router that connects them', () => {
    const segment = (id: string, gateway_address: string): object => ({
      resource_type: 'Segment',
      id,
      connectivity_path: '/infra/tier-1s/shop',
      subnets: [{ gateway_address, network: '10.0.0.0/24' }],
    });
    expect(readAll(nsx, [page(segment('web', '10.0.0.1/24'), segment('db', '10.0.1.1/24'))]).claims).toMatchObject([
      {
        key: '/infra/tier-1s/shop',
        name: 'shop',
        type: 'appliance',
        addresses: [{ address: '10.0.0.1' }, { address: '10.0.1.1' }],
      },
    ]);
  });

  it.each([
    ['keeps a machine that is off, without addresses', { power_state: 'VM_STOPPED' }, { name: 'web-1', addresses: [] }],
    ['takes an edge for an appliance', { type: 'EDGE' }, { type: 'appliance' }],
    ['lets a person say what the labels are', { tags: [{ scope: 'svc', tag: 'cart' }] }, { labels: { app: 'cart' } }],
  ])('%s', (_, fields, claim) => {
    const { claims } = readAll(nsx, [page({ ...machine, ...fields }, vif)], { labels: { app: 'SVC' } });
    expect(claims).toMatchObject([claim]);
  });

  it('says that a listing stops before its last page', () => {
    expect(readAll(nsx, [{ ...page(machine), cursor: '0036' }]).complete).toBe(false);
    expect(readAll(nsx, [{ ...page(machine), cursor: '0036' }, page(machine)]).complete).toBe(true);
  });

  it('reports what it cannot take and reads on', () => {
    const { claims, rejects } = readAll(nsx, [
      page(machine, { ...machine, external_id: null }, { ...vif, ip_address_info: 'x' }),
    ]);
    expect(claims).toHaveLength(1);
    expect(rejects.map(({ where }) => where)).toEqual(['results[1].externalId', 'results[2].ipAddressInfo[0]']);
  });

  it.each([
    [page(vif), true],
    [page(pool), true],
    [page({ resource_type: 'Group', id: 'x' }), false],
  ])('recognises its own: %#', (content, expected) => {
    expect(nsx.recognise(documentOf(content))).toBe(expected);
  });
});
