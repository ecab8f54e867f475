import { documentOf, readAll } from '../testing/read-all';
import { vsphere } from '.';

const govc = {
  Self: { Type: 'VirtualMachine', Value: 'vm-12' },
  Name: 'web-1',
  Summary: {},
  Config: { InstanceUuid: '5002-a', Uuid: '4202-a', Template: false, CreateDate: '2024-03-01T00:00:00Z' },
  Runtime: { PowerState: 'poweredOn' },
  Guest: {
    HostName: 'web-1.example',
    IpAddress: '10.0.0.5',
    Net: [
      {
        Network: 'web',
        DeviceConfigId: 4000,
        IpAddress: ['10.0.0.5', 'fe80::1'],
        IpConfig: { IpAddress: [{ IpAddress: '10.0.0.5', PrefixLength: 24 }, { IpAddress: '2001:db8::5' }] },
      },
      { Network: '', DeviceConfigId: -1, IpAddress: ['172.17.0.1'] },
    ],
  },
  AvailableField: [
    { Key: 101, Name: 'Application' },
    { Key: 102, Name: 'Unused' },
  ],
  CustomValue: [{ Key: 101, Value: 'shop' }],
};
const rest = {
  vm: 'vm-12',
  name: 'web-1',
  power_state: 'POWERED_ON',
  identity: { name: 'web-1', instance_uuid: '5002-a', bios_uuid: '4202-a' },
  interfaces: [
    {
      mac_address: '00:50:56:aa:91:60',
      nic: '4000',
      ip: {
        ip_addresses: [
          { ip_address: '10.0.0.5', prefix_length: 24, state: 'PREFERRED' },
          { ip_address: '2001:db8::5' },
        ],
      },
    },
    { mac_address: '02:42:00:00:00:01', ip: { ip_addresses: [{ ip_address: '172.17.0.1' }] } },
  ],
  tags: ['Application/shop'],
};
const powerCli = {
  Name: 'web-1',
  PowerState: 1,
  Guest: {
    IPAddress: ['10.0.0.5', '2001:db8::5', '172.17.0.1'],
    Nics: [
      { IPAddress: ['10.0.0.5', '2001:db8::5'], Device: 'Network adapter 1' },
      { IPAddress: '172.17.0.1', Device: null },
    ],
  },
  Id: 'VirtualMachine-vm-12',
  PersistentId: '5002-a',
  CreateDate: '/Date(1709251200000)/',
  CustomFields: [{ Key: 'Application', Value: 'shop' }],
};
const ansible = {
  guest_name: 'web-1',
  moid: 'vm-12',
  instance_uuid: '5002-a',
  power_state: 'poweredOn',
  ip_address: '10.0.0.5',
  vm_network: { '00:50:56:aa:91:60': { ipv4: ['10.0.0.5'], ipv6: ['2001:db8::5', 'fe80::1'] } },
  attributes: { Application: 'shop' },
  tags: [],
};
const addresses = (since?: number) =>
  ['10.0.0.5', '2001:db8::5'].map((address) => ({ address, scope: '', ...(since !== undefined && { since }) }));
const MARCH = Date.UTC(2024, 2, 1);

describe('vSphere inventory', () => {
  it.each([
    ['govc, as it was', { VirtualMachines: [govc] }, MARCH],
    [
      'govc, as it is',
      JSON.parse(
        JSON.stringify({ virtualMachines: [govc] }).replace(
          /"([A-Z])(\w*)":/g,
          (_, first: string, rest: string) => `"${first.toLowerCase()}${rest}":`,
        ),
      ),
      MARCH,
    ],
    ['the REST API', [rest], undefined],
    ['the older REST API', { value: [rest] }, undefined],
    ['PowerCLI, several machines', [powerCli], MARCH],
    ['PowerCLI, one machine', powerCli, MARCH],
    ['Ansible', { virtual_machines: [ansible], changed: false }, undefined],
  ])('reads what %s writes', (_, content, since) => {
    expect(vsphere.recognise(documentOf(content))).toBe(true);
    expect(readAll(vsphere, [content])).toEqual({
      claims: [{ key: '5002-a', name: 'web-1', type: 'host', labels: { app: 'shop' }, addresses: addresses(since) }],
      networks: [],
      logOns: [],
      rejects: [],
      complete: true,
    });
  });

  it('reads chosen properties, addresses and tags as one text each', () => {
    const chosen = {
      Name: 'web-1',
      PowerState: 'PoweredOn',
      IPAddress: '10.0.0.5, 10.0.0.6',
      Tags: 'Role/web, Owner/net, Owner/ops, old',
    };
    expect(readAll(vsphere, [[chosen]], { scope: 'dc1' }).claims).toEqual([
      {
        key: 'web-1',
        name: 'web-1',
        type: 'host',
        labels: { role: 'web', owner: 'net,ops', tag: 'old' },
        addresses: [
          { address: '10.0.0.5', scope: 'dc1' },
          { address: '10.0.0.6', scope: 'dc1' },
        ],
      },
    ]);
  });

  it('joins tag assignments of a document of their own', () => {
    const assignments = [
      {
        Uid: 'x',
        Tag: { Name: 'prod', Category: { Name: 'Environment' } },
        Entity: { Id: 'VirtualMachine-vm-12', Name: 'web-1' },
      },
      { Uid: 'y', Tag: { Name: 'db', Category: 'Role' }, Entity: { Id: 'VirtualMachine-vm-99', Name: 'other' } },
    ];
    expect(readAll(vsphere, [assignments, [powerCli]]).claims).toMatchObject([
      { labels: { app: 'shop', env: 'prod' } },
    ]);
  });

  it.each([
    ['keeps a machine that is off, without addresses it may have lost', { PowerState: 0 }, [{ addresses: [] }]],
    ['keeps a machine whose guest is not shown', { Guest: 'web-1:Debian GNU/Linux 12' }, [{ addresses: [] }]],
    ['leaves out a template without addresses', { Guest: null, Template: true }, []],
  ])('%s', (_, fields, claims) => {
    expect(readAll(vsphere, [[{ ...powerCli, ...fields }]])).toMatchObject({ claims, rejects: [] });
  });

  it('reports what it cannot take and reads on', () => {
    const { claims, rejects } = readAll(vsphere, [
      [powerCli, { ...powerCli, Name: 7 }, { Name: null, PowerState: 1, Guest: null }],
    ]);
    expect(claims).toHaveLength(1);
    expect(rejects.map(({ where }) => where)).toEqual(['[1].name', '[2]']);
  });

  it.each([
    [{ value: [{ memory_size_MiB: 4096, vm: 'vm-1', name: 'a', power_state: 'POWERED_OFF', cpu_count: 2 }] }, true],
    [[{ name: 'a', powerState: 'VM running', identity: null, networkProfile: {}, id: '/subscriptions/x' }], false],
    [{ results: [{ external_id: 'x', display_name: 'a', power_state: 'VM_RUNNING' }] }, false],
  ])('recognises its own: %#', (content, expected) => {
    expect(vsphere.recognise(documentOf(content))).toBe(expected);
  });
});
