import * as fc from 'fast-check';
import { WayleaveError } from '../../../../ingest/kernel/errors';
import type { SourceDocument, SourceOptions } from '../../source';
import { recogniseSource } from '../registry';
import { csv } from '.';

const document = (text: string, name = 'cmdb.csv'): SourceDocument => ({ name, text, json: undefined });
const read = (text: string, options: SourceOptions = {}) => csv.read([document(text)], options);

/** Claims as `name address,address`, what most cases are about. */
const brief = (text: string, options: SourceOptions = {}) =>
  read(text, options).claims.map(({ name, addresses }) => `${name} ${addresses.map(({ address }) => address).join()}`);

describe('CSV inventory', () => {
  it('takes columns in any order, further ones as labels, and quoted fields', () => {
    const { claims, rejects, networks, complete, notes } = read(
      '\uFEFFname,owner,address,app\r\nweb-1,"Doe, ""J""",10.0.0.1,shop\r\n\r\n,,10.0.0.2,\r\n',
    );
    expect(claims).toEqual([
      {
        key: 'web-1',
        name: 'web-1',
        type: 'host',
        addresses: [{ address: '10.0.0.1', scope: '' }],
        labels: { owner: 'Doe, "J"', app: 'shop' },
      },
      {
        key: '10.0.0.2',
        name: '10.0.0.2',
        type: 'host',
        addresses: [{ address: '10.0.0.2', scope: '' }],
        labels: {},
      },
    ]);
    expect({ rejects, networks, complete, notes }).toEqual({ rejects: [], networks: [], complete: true, notes: [] });
  });

  it('reports bad lines by number and takes the rest', () => {
    const { claims, rejects } = read(
      'address,name\n10.0.0.1,a\n10.0.0,b\n10.0.0.3\n10.0.0.1,c\n\n"10.0.0.4,d\n10.0.0.5,e\n10.0.0.6,f"g\n"10.0.0.7"h,h\n,i\n10.0.0.8,"j\nk"\n10.0.0,l',
    );
    expect(claims.map(({ name }) => name)).toEqual(['a', 'e', 'j\nk']);
    expect(rejects).toEqual([
      { where: 'line 4', message: '1 fields, the header has 2' },
      { where: 'line 7', message: expect.stringContaining('quote') as string },
      { where: 'line 9', message: expect.stringContaining('quote') as string },
      { where: 'line 10', message: expect.stringContaining('quote') as string },
      { where: 'line 3', message: '"10.0.0" is not an IPv4 or IPv6 address' },
      { where: 'line 5', message: '10.0.0.1 is already on line 2' },
      { where: 'line 11', message: 'no address' },
      { where: 'line 14', message: '"10.0.0" is not an IPv4 or IPv6 address' },
    ]);
  });

  it('stops at the end of a record that a forgotten quote has swollen, not at the end of the file', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `10.0.${i >> 8}.${i & 255},h${i}`);
    rows[3] = '10.0.0.3,"h3';
    const { claims, rejects } = read(['address,name', ...rows].join('\n'));
    expect([claims.length, rejects.map(({ where }) => where)]).toEqual([19_999, ['line 5']]);
  });

  it.each(['', 'name,role', 'name;role\nx;y'])('refuses the header %j for want of an address', (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'bad-inventory' }));
    expect(csv.recognise(document(text))).toBe(false);
  });

  it('is recognised by a mapping of the address, and says what is there when that column is not', () => {
    const text = 'Asset;Mgmt\na;10.0.0.1\n';
    const recognised = (mapping: Record<string, string>) => recogniseSource([document(text)], { mapping }).kind;
    expect(recognised({ address: 'Mgmt' })).toBe('csv');
    expect(brief(text, { mapping: { address: 'Mgmt', name: 'Asset' } })).toEqual(['a 10.0.0.1']);
    expect(recognised({ address: 'Management' })).toBe('csv');
    expect(() => read(text, { mapping: { address: 'Management' } })).toThrow('there are "Asset", "Mgmt"');
    expect(() => recognised({ name: 'Asset' })).toThrow('a mapping of address');
  });

  it.each([
    ['names a column twice', 'address,Name,name\n'],
    ['has more than 1024 columns', Array.from({ length: 2000 }, (_, i) => `c${i}`).join(',')],
  ])('refuses a header that %s', (message, text) => {
    expect(() => read(text)).toThrow(message);
  });

  it.each([
    ['semicolons', 'address;name\n10.0.0.1;a,b', ['a,b 10.0.0.1']],
    ['tabs', 'address\tname\n10.0.0.1\ta', ['a 10.0.0.1']],
    [
      'delimiters inside the quotes of the header',
      '"address";"Name, ""long"", of, it";name\n10.0.0.1;x;a',
      ['a 10.0.0.1'],
    ],
    [
      'the type line of Windows PowerShell',
      '#TYPE System.Object\r\n"IPAddress","HostName"\r\n"10.0.0.1","a"',
      ['a 10.0.0.1'],
    ],
    [
      'several addresses in one cell',
      'IP;Name\n"10.0.0.1, 10.0.0.2;2001:DB8::1 10.0.0.1";a',
      ['a 10.0.0.1,10.0.0.2,2001:db8::1'],
    ],
    [
      'hosts with the length of their network',
      'address,name\n10.0.0.1/24,a\n10.0.0.2/31,b\n2001:db8::1/64,c',
      ['a 10.0.0.1', 'b 10.0.0.2', 'c 2001:db8::1'],
    ],
    ['rows of the same name as one workload', 'address,name\n10.0.0.1,a\n10.0.0.2,a', ['a 10.0.0.1,10.0.0.2']],
    [
      'a column per family',
      'Device,Primary IPv4,Primary IPv6\na,10.0.0.1,2001:db8::1\nb,10.0.0.2,',
      ['a 10.0.0.1,2001:db8::1', 'b 10.0.0.2'],
    ],
  ])('reads %s', (_what, text, expected) => {
    expect(brief(text)).toEqual(expected);
  });

  it('keeps the workloads of the same name apart that have keys of their own', () => {
    expect(read('Name,IP Address,sys_id\na,10.0.0.1,1f\na,10.0.0.2,2e').claims.map(({ key }) => key)).toEqual([
      '1f',
      '2e',
    ]);
  });

  it.each([
    {
      register: 'ServiceNow',
      text: '"Name","FQDN","IP Address","Environment","Location","Class"\n"srv1","srv1.example.com","10.1.0.1","Production","Berlin","Linux Server"\n',
      labels: { fqdn: 'srv1.example.com', env: 'Production', loc: 'Berlin', class: 'Linux Server' },
      notes: ['address from "IP Address"'],
    },
    {
      register: 'NetBox',
      text: 'IP Address,VRF,Status,DNS Name\n10.1.0.1/24,Global,Active,srv1\n',
      labels: { status: 'Active' },
      notes: ['address from "IP Address"', 'name from "DNS Name"', 'scope from "VRF"'],
    },
    {
      register: 'Device42',
      text: 'Device Name,ip_address,Service Level,Tier\nsrv1,10.1.0.1,Prod,web\n',
      labels: { 'service level': 'Prod', role: 'web' },
      notes: ['address from "ip_address"', 'name from "Device Name"'],
    },
  ])('guesses the columns of $register and says so', ({ text, labels, notes }) => {
    const { claims, ...rest } = read(text);
    expect(claims).toEqual([
      expect.objectContaining({ name: 'srv1', labels, addresses: [{ address: '10.1.0.1', scope: '' }] }),
    ]);
    expect(rest.notes).toEqual(notes);
  });

  it('follows a mapping rather than its own guesses', () => {
    const text = 'Name,Asset,Mgmt,Prod,Used for\nx,a,192.0.2.1,10.0.0.1,Test\n';
    const mapping = { address: 'prod, Mgmt', name: 'Asset', env: 'Used for' };
    const { claims, notes } = read(text, { mapping });
    expect(claims).toEqual([
      {
        key: 'a',
        name: 'a',
        type: 'host',
        addresses: [
          { address: '10.0.0.1', scope: '' },
          { address: '192.0.2.1', scope: '' },
        ],
        labels: { name: 'x', env: 'Test' },
      },
    ]);
    expect(notes).toEqual([]);
    expect(() => read(text, { mapping: { address: 'IP' } })).toThrow(
      '"IP", which is not a column; there are "Name", "Asset"',
    );
  });

  it('takes scope, type and time from their columns, and the scope of the import otherwise', () => {
    const { claims, rejects } = read(
      'address,name,scope,type,valid from,valid to\n10.0.0.1,a,vrf-1,Load Balancer,2026-01-01,2026-02-01 12:00\n10.0.0.1,b,vrf-1,Server,2026-02-01T13:00+01:00,\n10.0.0.1,c,,firewall,,\n10.0.0.1,d,vrf-1,,soon,',
      { scope: 'dc' },
    );
    expect(claims.map(({ name, type, addresses, labels }) => [name, type, addresses[0], labels])).toEqual([
      [
        'a',
        'vip',
        { address: '10.0.0.1', scope: 'vrf-1', since: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 1, 1, 12) },
        {},
      ],
      ['b', 'host', { address: '10.0.0.1', scope: 'vrf-1', since: Date.UTC(2026, 1, 1, 12) }, { type: 'Server' }],
      ['c', 'appliance', { address: '10.0.0.1', scope: 'dc' }, {}],
    ]);
    expect(rejects).toEqual([{ where: 'line 5', message: '"soon" is no moment such as 2026-11-21T10:00:00Z' }]);
  });

  it('takes prefixes for named networks', () => {
    const { claims, networks } = read('Prefix,Name,Site\n198.51.100.0/24,partner,fra1\n2001:db8::/32,,\n10.0.0.0/8,x,');
    expect(claims).toEqual([]);
    expect(networks).toEqual([
      { prefix: '198.51.100.0/24', scope: '', name: 'partner', labels: { loc: 'fra1' } },
      { prefix: '2001:db8::/32', scope: '', name: '2001:db8::/32', labels: {} },
      { prefix: '10.0.0.0/8', scope: '', name: 'x', labels: {} },
    ]);
  });

  it('takes several files as one register, and says which file a reject is in', () => {
    const documents = [
      document('address,name\n10.0.0.1,a', 'one'),
      document('ip,name\n10.0.0.1,b\n10.0.0.2,a', 'two'),
      document('x', 'three'),
    ];
    const { claims, rejects } = csv.read(documents, {});
    expect(claims.map(({ name, addresses }) => [name, addresses.length])).toEqual([['a', 2]]);
    expect(rejects.map(({ where, message }) => `${where}: ${message.slice(0, 40)}`)).toEqual([
      'three: the inventory has no "address" column; a',
      'two, line 2: 10.0.0.1 is already on one, line 2',
    ]);
  });

  it('never throws anything but a WayleaveError', () => {
    const cell = fc.oneof(
      fc.constantFrom('10.0.0.1', 'address', '"', '""', '\n', ',', ';', '::1', '10.0.0.0/8', '__proto__'),
      fc.string(),
    );
    const text = fc.array(cell, { maxLength: 40 }).map((cells) => `address,name,type,until\n${cells.join(',')}`);
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (text) => {
        try {
          read(text);
        } catch (error) {
          if (!(error instanceof WayleaveError)) throw error;
        }
      }),
    );
  });
});
