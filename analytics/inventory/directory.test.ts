import { parsePrefix } from '../../ingest/kernel/ip';
import { createDirectory, directoryOf, type Description, type DirectoryContent } from './directory';
import { NOBODY } from './logged-on';
import { PRIVATE_NETWORKS } from './networks';
import { Timeline, type OwnedAddress } from './timeline';

const estate = PRIVATE_NETWORKS.map(parsePrefix);

describe('a directory without history', () => {
  it('takes the estate for managed when there is no inventory', () => {
    const directory = createDirectory([], estate);
    expect(directory.resolve('10.0.0.1')).toBe('10.0.0.1');
    expect(directory.workloads()).toEqual([
      { id: '10.0.0.1', name: '10.0.0.1', kind: 'managed', labels: {}, addresses: ['10.0.0.1'] },
    ]);
  });

  it('tells managed, unknown and external workloads apart', () => {
    const directory = createDirectory(
      [
        { address: '10.0.0.1', name: 'web-1', labels: { app: 'shop' } },
        { address: '2001:db8::1', name: 'web-1', labels: { role: 'web' } },
      ],
      estate,
    );
    for (const address of ['10.0.0.9', '203.0.113.7', '203.0.113.9', '10.0.0.1']) directory.resolve(address);
    expect(directory.workloads().map(({ id, kind, addresses, labels }) => [id, kind, addresses, labels])).toEqual([
      ['10.0.0.9', 'unknown', ['10.0.0.9'], {}],
      ['203.0.113.0/24', 'external', ['203.0.113.7', '203.0.113.9'], {}],
      ['web-1', 'managed', ['10.0.0.1', '2001:db8::1'], { app: 'shop', role: 'web' }],
    ]);
  });

  it.each(['224.0.0.251', '255.255.255.255', 'ff02::1', 'fe80::1', '127.0.0.1', '::', '169.254.1.1'])(
    'has nobody behind %s',
    (address) => {
      expect(createDirectory([], estate).resolve(address)).toBeUndefined();
    },
  );
});

describe('a directory over time', () => {
  const open = (owned: readonly OwnedAddress[], more: Partial<DirectoryContent> = {}) => {
    const owners = new Timeline();
    for (const each of owned) owners.add(each);
    return directoryOf({
      owners,
      descriptions: new Map<string, Description>(),
      networks: [],
      names: new Map<string, string[]>(),
      users: NOBODY,
      estate,
      inventoried: true,
      at: 99,
      ...more,
    });
  };
  const owned = (workload: string, since: number, until: number, scope = '', address = '10.0.0.1'): OwnedAddress => ({
    workload,
    since,
    until,
    scope,
    address,
  });

  it('asks whose an address was at the time', () => {
    const { resolve } = open([owned('a', 0, 10), owned('b', 10, 20), owned('c', 30, 40)]);
    const at = [-1, 0, 9, 10, 19, 20, 29, 30, 40].map((second) => resolve('10.0.0.1', { at: second }));
    expect(at).toEqual(['10.0.0.1', 'a', 'a', 'b', 'b', '10.0.0.1', '10.0.0.1', 'c', '10.0.0.1']);
  });

  it.each([
    ['its own scope', [owned('none', 0, 100), owned('a', 0, 100, 'vpc-a')], 'vpc-a', 'a'],
    ['the unscoped owner where its scope has none', [owned('none', 0, 100), owned('a', 0, 100, 'vpc-a')], 'x', 'none'],
    ['the only scope that has it', [owned('a', 0, 100, 'vpc-a')], '', 'a'],
    ['nobody where several scopes have it', [owned('a', 0, 100, 'vpc-a'), owned('b', 0, 100, 'vpc-b')], '', '10.0.0.1'],
    ['its own scope at another time only', [owned('none', 0, 100), owned('a', 0, 50, 'vpc-a')], 'vpc-a', 'none'],
  ])('means by a scope %s', (_, owners, scope, expected) => {
    expect(open(owners).resolve('10.0.0.1', { scope })).toBe(expected);
  });

  it('finds the narrowest named network, inside the estate only narrower ones than it', () => {
    const network = (prefix: string, name: string, scope = '') => ({ prefix, scope, name, labels: { provider: name } });
    const { resolve, workloads } = open([], {
      networks: [
        network('0.0.0.0/0', 'Internet'),
        network('198.51.100.0/24', 'partner'),
        network('198.51.100.128/25', 'partner, test'),
        network('10.8.0.0/16', 'users'),
        network('198.51.100.0/24', 'other', 'vpc-a'),
      ],
    });
    const found = ['198.51.100.1', '198.51.100.200', '10.8.0.1', '10.9.0.1', '192.0.2.1'].map((each) => resolve(each));
    expect(found).toEqual(['partner', 'partner, test', 'users', '10.9.0.1', 'Internet']);
    expect(resolve('198.51.100.1', { scope: 'vpc-a' })).toBe('other');
    expect(workloads().find(({ id }) => id === 'users')).toEqual({
      id: 'users',
      name: 'users',
      kind: 'external',
      type: 'network',
      labels: { provider: 'users' },
      addresses: ['10.8.0.1'],
    });
  });

  it('has nobody behind the broadcast addresses of networks that are known', () => {
    const network = (prefix: string, scope = '') => ({ prefix, scope, name: prefix, labels: {} });
    const networks = [network('10.8.4.0/22'), network('10.9.0.0/31'), network('10.9.1.0/24', 'vpc-a')];
    const { resolve } = open([owned('a', 0, 100, '', '10.8.7.255')], {
      networks: [...networks, network('198.51.100.0/24')],
    });
    expect(resolve('10.255.255.255')).toBeUndefined();
    expect(resolve('10.8.7.255')).toBe('a');
    expect(resolve('10.8.7.255', { at: 100 })).toBeUndefined();
    expect(resolve('10.9.0.1')).toBe('10.9.0.0/31');
    expect(resolve('10.9.1.255', { scope: 'vpc-a' })).toBeUndefined();
    expect(resolve('10.9.1.255')).toBe('10.9.1.255');
    expect(resolve('198.51.100.255')).toBe('198.51.100.0/24');
  });

  it('calls what no source names as it was seen to be called', () => {
    const names = new Map([
      ['10.0.0.7', ['printer.example.com']],
      ['203.0.113.7', ['a.example.net', 'b.example.net']],
      ['203.0.113.8', ['b.example.net', 'c.example.net']],
    ]);
    const { resolve, workloads } = open([], { names });
    for (const address of names.keys()) resolve(address);
    expect(workloads()).toMatchObject([
      { id: '10.0.0.7', kind: 'unknown', name: 'printer.example.com', names: ['printer.example.com'] },
      { id: '203.0.113.0/24', kind: 'external', names: ['a.example.net', 'b.example.net', 'c.example.net'] },
    ]);
  });

  it('knows the workloads behind a virtual address', () => {
    const vip = { name: 'shop', type: 'vip' as const, labels: {}, pool: ['10.0.0.2', '10.0.0.3', '10.0.0.4'] };
    const { workloads } = open(
      [owned('lb', 0, 100), owned('web-1', 0, 100, '', '10.0.0.2'), owned('web-1', 0, 100, '', '10.0.0.3')],
      { descriptions: new Map([['lb', vip]]) },
    );
    expect(workloads().find(({ id }) => id === 'lb')).toMatchObject({ type: 'vip', pool: ['10.0.0.4', 'web-1'] });
  });
});
