import * as fc from 'fast-check';
import { WayleaveError } from '../../../../ingest/kernel/errors';
import type { SourceDocument, SourceOptions } from '../../source';
import { json } from '.';

const document = (value: unknown): SourceDocument => ({ name: 'cmdb.json', text: JSON.stringify(value), json: value });
const lines = (text: string): SourceDocument => ({ name: 'cmdb.jsonl', text, json: undefined });
const read = (value: unknown, options: SourceOptions = {}) => json.read([document(value)], options);

const claim = (name: string, addresses: string[], labels: Record<string, string>, type = 'host', scope = '') => ({
  key: name,
  name,
  type,
  addresses: addresses.map((address) => ({ address, scope })),
  labels,
});

describe('JSON inventory', () => {
  it.each([
    { what: 'a list', value: [{ ip: '10.0.0.1', hostname: 'a', environment: 'prod' }] },
    {
      what: 'an answer of a ServiceNow table',
      value: { result: [{ ip_address: '10.0.0.1', name: 'a', environment: { display_value: 'prod', link: 'x' } }] },
    },
    { what: 'a single record', value: { address: ['10.0.0.1'], name: 'a', labels: { env: 'prod' } } },
    {
      what: 'a list under devices',
      value: {
        devices: [{ ips: ['10.0.0.1', '10.0.0.1/24'], name: 'a', custom_fields: { stage: 'prod', empty: null } }],
      },
    },
  ])('reads $what', ({ value }) => {
    expect(json.recognise(document(value))).toBe(true);
    expect(read(value)).toMatchObject({
      claims: [claim('a', ['10.0.0.1'], { env: 'prod' })],
      rejects: [],
      complete: true,
    });
  });

  it('reads a record a line, and reports the lines that are none', () => {
    const text =
      '{"ip":"10.0.0.1","host":"a"}\r\n\n{"ip":\n7\n{"ip":"10.0.0.2","host":"b","app":"shop"}\n{"host":"c"}\n';
    expect(json.recognise(lines(text))).toBe(true);
    const { claims, rejects } = json.read([lines(text)], {});
    expect(claims).toEqual([claim('a', ['10.0.0.1'], {}), claim('b', ['10.0.0.2'], { app: 'shop' })]);
    expect(rejects.map(({ where }) => where)).toEqual(['line 3', 'line 4', 'line 6']);
  });

  it('is recognised by a mapping of the address', () => {
    const value = [{ title: 'a', nics: [{ v4: '10.0.0.1' }] }];
    expect(json.recognise(document(value))).toBe(false);
    expect(json.recognise(document(value), { mapping: { address: 'nics.v4' } })).toBe(true);
    expect(json.recognise(document([]), { mapping: { address: 'nics.v4' } })).toBe(false);
  });

  it('follows a mapping by paths, through lists and indexes', () => {
    const value = {
      data: [
        {
          asset: { title: 'a' },
          nics: [{ ips: ['10.0.0.1'] }, { ips: ['10.0.0.2', '10.0.0.3'] }],
          mgmt: [{ ip: '192.0.2.9' }],
          org: { units: [{ code: 'x7' }, { code: 'x8' }] },
        },
      ],
    };
    const mapping = { address: 'nics.ips, mgmt[0].ip', name: 'asset.title', owner: 'org.units[1].code' };
    expect(read(value, { mapping, scope: 'dc' }).claims).toEqual([
      claim('a', ['10.0.0.1', '10.0.0.2', '10.0.0.3', '192.0.2.9'], { owner: 'x8' }, 'host', 'dc'),
    ]);
    expect(() => read(value, { mapping: { address: 'nics.address' } })).toThrow(
      '"nics.address", which is not a column',
    );
  });

  it('reads devices, addresses and prefixes of NetBox', () => {
    const url = 'https://netbox.example/api/x/7/';
    const link = (name: string) => ({ id: 3, url, display: name, name, slug: name });
    const devices = {
      count: 2,
      next: null,
      results: [
        {
          id: 1,
          url,
          display: 'srv1',
          name: 'srv1',
          role: link('database'),
          site: link('fra1'),
          tags: [link('gold'), link('pci')],
          status: { value: 'active', label: 'Active' },
          created: '2024-01-01',
          custom_fields: { app: 'shop' },
          primary_ip: { id: 5, url, address: '10.0.0.1/24', display: '10.0.0.1/24' },
          primary_ip4: { id: 5, url, address: '10.0.0.1/24', display: '10.0.0.1/24' },
          primary_ip6: null,
        },
        { id: 2, url, display: 'srv2', name: 'srv2', primary_ip: null, primary_ip4: null },
      ],
    };
    const family = { value: 4, label: 'IPv4' };
    const addresses = {
      results: [
        {
          id: 5,
          url,
          family,
          address: '10.0.0.2/24',
          vrf: null,
          role: null,
          dns_name: '',
          assigned_object: { id: 9, url, name: 'eth1', device: link('srv1') },
        },
        {
          id: 6,
          url,
          family,
          address: '10.0.0.9/24',
          vrf: link('blue'),
          role: { value: 'vip', label: 'VIP' },
          dns_name: 'shop.example',
          assigned_object: null,
        },
      ],
    };
    const prefixes = {
      results: [
        {
          id: 8,
          url,
          family,
          prefix: '198.51.100.0/24',
          vrf: null,
          description: '',
          vlan: { id: 4, url, display: 'partner (42)', vid: 42 },
          role: null,
        },
      ],
    };
    const { claims, networks, rejects } = json.read([devices, addresses, prefixes].map(document), {});
    expect(claims).toEqual([
      claim('srv1', ['10.0.0.1', '10.0.0.2'], {
        role: 'database',
        loc: 'fra1',
        tags: 'gold, pci',
        status: 'Active',
        app: 'shop',
      }),
      claim('shop.example', ['10.0.0.9'], { dns_name: 'shop.example' }, 'vip', 'blue'),
    ]);
    expect(networks).toEqual([
      { prefix: '198.51.100.0/24', scope: '', name: 'partner (42)', labels: { vlan: 'partner (42)' } },
    ]);
    expect(rejects).toEqual([{ where: 'cmdb.json, results[1]', message: 'no address' }]);
  });

  it('does not take a page for the whole', () => {
    const page = (ip: string, next: string | null, previous: string | null) =>
      document({ count: 2, next, previous, results: [{ ip, name: ip }] });
    const pages = [
      page('10.0.0.1', 'https://netbox.example/?offset=1', null),
      page('10.0.0.2', null, 'https://netbox.example/'),
    ];
    expect(json.read(pages, {}).complete).toBe(true);
    expect(json.read(pages.slice(0, 1), {}).complete).toBe(false);
  });

  it('reads an Ansible inventory: addresses from variables and facts, groups as a label', () => {
    const value = {
      _meta: {
        hostvars: {
          'web1.example': {
            ansible_host: '10.0.0.1',
            ansible_user: 'root',
            env: 'prod',
            ansible_facts: { all_ipv4_addresses: ['10.0.0.1', '10.1.0.1'] },
          },
          '10.0.0.2': { http: { port: 80 } },
          db1: { ansible_host: 'db1.example' },
        },
      },
      all: { children: ['ungrouped', 'web'] },
      web: { hosts: ['web1.example', '10.0.0.2'] },
      prod: { hosts: ['web1.example'] },
    };
    expect(json.recognise(document(value))).toBe(true);
    const { claims, rejects } = read(value);
    expect(claims).toEqual([
      claim('web1.example', ['10.0.0.1', '10.1.0.1'], { env: 'prod', groups: 'prod, web' }),
      claim('10.0.0.2', ['10.0.0.2'], { groups: 'web' }),
    ]);
    expect(rejects).toEqual([{ where: 'host 3', message: 'no address' }]);
  });

  it.each([[{ kind: 'List', items: [] }], ['text'], [[1, 2]], [{ hosts: [{ colour: 'red' }] }]])(
    'does not recognise %j',
    (value) => {
      expect(json.recognise(document(value))).toBe(false);
    },
  );

  it('tells a register without entries from a document without records', () => {
    expect(read({ results: [] })).toMatchObject({ claims: [], rejects: [] });
    expect(() => read('text')).toThrow(expect.objectContaining({ code: 'bad-inventory' }));
    expect(() => json.read([lines('x\ny')], {})).toThrow(expect.objectContaining({ code: 'bad-inventory' }));
  });

  it('never throws anything but a WayleaveError', () => {
    const key = fc.oneof(
      fc.constantFrom('address', 'name', 'results', '_meta', 'hostvars', 'type', '__proto__', 'family', 'url'),
      fc.string(),
    );
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue(),
        fc.constantFrom('10.0.0.1', '10.0.0.0/8'),
        fc.array(tie('value')),
        fc.dictionary(key, tie('value')),
      ),
    })).value;
    fc.assert(
      fc.property(value, fc.dictionary(fc.constantFrom('address', 'env'), fc.string()), (value, mapping) => {
        try {
          json.recognise(document(value));
          read(value, { mapping });
        } catch (error) {
          if (!(error instanceof WayleaveError)) throw error;
        }
      }),
    );
  });
});
