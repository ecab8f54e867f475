import { parsePrefix } from '../../ingest/kernel/ip';
import { parseInventory } from './csv';
import { PRIVATE_NETWORKS } from './networks';
import { createDirectory } from './resolve';

const estate = PRIVATE_NETWORKS.map(parsePrefix);

describe('inventory CSV', () => {
  it('takes columns in any order, further ones as labels, and quoted fields', () => {
    const { entries, rejects } = parseInventory(
      'name,owner,address,app\r\nweb-1,"Doe, ""J""",10.0.0.1,shop\r\n\r\n,,10.0.0.2,\r\n',
    );
    expect(rejects).toEqual([]);
    expect(entries).toEqual([
      { address: '10.0.0.1', name: 'web-1', labels: { owner: 'Doe, "J"', app: 'shop' } },
      { address: '10.0.0.2', name: '10.0.0.2', labels: {} },
    ]);
  });

  it('reports bad lines by number and takes the rest', () => {
    const { entries, rejects } = parseInventory(
      'address,name\n10.0.0.1,a\n10.0.0,b\n10.0.0.3\n10.0.0.1,c\n"10.0.0.4,d\n10.0.0.5,e',
    );
    expect(entries.map(({ name }) => name)).toEqual(['a', 'e']);
    expect(rejects).toEqual([
      { line: 3, message: '"10.0.0" is not an IPv4 or IPv6 address' },
      { line: 4, message: '1 fields, the header has 2' },
      { line: 5, message: '10.0.0.1 is already on line 2' },
      { line: 6, message: 'a quote is not closed' },
    ]);
  });

  it.each(['', 'name,role', 'address,name,name'])('refuses the header %j', (header) => {
    expect(() => parseInventory(header)).toThrow(expect.objectContaining({ code: 'bad-inventory' }));
  });
});

describe('directory', () => {
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
