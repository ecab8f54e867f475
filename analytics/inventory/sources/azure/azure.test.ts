import { documentOf, readAll } from '../testing/read-all';
import { azure } from '.';

const GROUP = '/subscriptions/s-1/resourceGroups/Shop';
const NETWORK = `${GROUP}/providers/Microsoft.Network/virtualNetworks/hub`;
const id = (path: string): string => `${GROUP}/providers/Microsoft.${path}`;

const machine = {
  id: id('Compute/virtualMachines/web-1'),
  name: 'web-1',
  location: 'westeurope',
  tags: { Application: 'shop', env: 'prod', cost: null },
  timeCreated: '2024-03-01T00:00:00.123456+00:00',
  type: 'Microsoft.Compute/virtualMachines',
};
const configuration = {
  id: id('Network/networkInterfaces/nic-1/ipConfigurations/main'),
  name: 'main',
  privateIPAddress: '10.0.0.4',
  publicIPAddress: { id: id('Network/publicIPAddresses/ip-1') },
  subnet: { id: `${NETWORK}/subnets/web` },
};
const nic = {
  id: id('Network/networkInterfaces/nic-1'),
  name: 'nic-1',
  enableIPForwarding: false,
  ipConfigurations: [configuration],
  // The same machine, written as another part of Azure writes it.
  virtualMachine: { id: machine.id.toUpperCase() },
  location: 'westeurope',
  tags: null,
};
const publicAddress = { id: id('Network/publicIPAddresses/ip-1'), name: 'ip-1', ipAddress: '198.51.100.7' };
const balancer = {
  id: id('Network/loadBalancers/front'),
  name: 'front',
  location: 'westeurope',
  frontendIPConfigurations: [
    {
      id: id('Network/loadBalancers/front/frontendIPConfigurations/f'),
      name: 'f',
      privateIPAddress: '10.0.0.100',
      subnet: { id: `${NETWORK}/subnets/web` },
    },
  ],
  backendAddressPools: [
    {
      id: id('Network/loadBalancers/front/backendAddressPools/web'),
      backendIPConfigurations: [{ id: configuration.id }],
      loadBalancerBackendAddresses: [{ ipAddress: '10.0.0.9' }],
    },
    {
      id: id('Network/loadBalancers/front/backendAddressPools/idle'),
      loadBalancerBackendAddresses: [{ ipAddress: '10.0.0.10' }],
    },
  ],
  loadBalancingRules: [
    {
      name: 'https',
      protocol: 'Tcp',
      frontendPort: 443,
      frontendIPConfiguration: { id: id('Network/loadBalancers/front/frontendIPConfigurations/f') },
      backendAddressPool: { id: id('Network/loadBalancers/front/backendAddressPools/web') },
    },
  ],
};
const CREATED = Date.parse('2024-03-01T00:00:00.123Z');
const webClaim = {
  key: machine.id.toLowerCase(),
  name: 'web-1',
  type: 'host',
  labels: { app: 'shop', env: 'prod', loc: 'westeurope', 'resource-group': 'shop' },
  addresses: [
    { address: '10.0.0.4', scope: NETWORK, since: CREATED },
    { address: '198.51.100.7', scope: '', since: CREATED },
  ],
};

/** As the API and Resource Graph write it. */
function nested(resource: object): object {
  const outer = new Set(['id', 'name', 'type', 'location', 'tags']);
  const entries = Object.entries(resource).map(([key, value]): [string, unknown] => [
    key,
    Array.isArray(value) ? value.map((each: object) => nested(each)) : value,
  ]);
  const inner = entries.filter(([key]) => !outer.has(key));
  return { ...Object.fromEntries(entries.filter(([key]) => outer.has(key))), properties: Object.fromEntries(inner) };
}

describe('Azure inventory', () => {
  it.each([
    ['the command line', [[machine], [nic], [publicAddress]]],
    ['the API', [{ value: [nested(machine)] }, { value: [nested(nic)] }, { value: [nested(publicAddress)] }]],
    [
      'Resource Graph',
      [{ count: 3, data: [nested(publicAddress), nested(nic), nested(machine)], skip_token: null, total_records: 3 }],
    ],
    [
      'PowerShell',
      [
        { ...machine, Id: machine.id, id: undefined },
        [
          {
            Name: 'nic-1',
            Id: nic.id,
            IpConfigurations: [
              {
                Id: configuration.id,
                PrivateIpAddress: '10.0.0.4',
                PublicIpAddress: { Id: publicAddress.id },
                Subnet: configuration.subnet,
              },
            ],
            VirtualMachine: { Id: machine.id },
            Location: 'westeurope',
          },
        ],
        publicAddress,
      ],
    ],
  ])('joins machines, interfaces and public addresses from %s', (_, contents) => {
    const { claims, rejects, complete } = readAll(azure, contents);
    expect({ claims, rejects, complete }).toEqual({ claims: [webClaim], rejects: [], complete: true });
  });

  it('takes addresses from az vm list -d where no interfaces are given', () => {
    const detailed = { ...machine, privateIps: '10.0.0.4,10.0.0.5', publicIps: '', timeCreated: undefined };
    expect(readAll(azure, [[detailed]], { scope: 'shop' }).claims).toMatchObject([
      {
        name: 'web-1',
        addresses: [
          { address: '10.0.0.4', scope: 'shop' },
          { address: '10.0.0.5', scope: 'shop' },
        ],
      },
    ]);
  });

  it('makes a load balancer a virtual address with the pool its rules lead to', () => {
    expect(readAll(azure, [[balancer], [nic]]).claims).toContainEqual({
      key: balancer.frontendIPConfigurations[0]?.id.toLowerCase(),
      name: 'front',
      type: 'vip',
      labels: { loc: 'westeurope', 'resource-group': 'shop' },
      addresses: [{ address: '10.0.0.100', scope: NETWORK }],
      pool: ['10.0.0.4', '10.0.0.9'],
      listens: [{ protocol: 6, port: 443, name: 'https' }],
    });
  });

  it('makes an application gateway one virtual address for all it serves', () => {
    const gateway = {
      id: id('Network/applicationGateways/waf'),
      name: 'waf',
      frontendIPConfigurations: [
        { id: 'x', privateIPAddress: '10.0.0.101' },
        { id: 'y', publicIPAddress: { id: publicAddress.id } },
      ],
      frontendPorts: [{ id: 'p', port: 443 }],
      backendAddressPools: [{ backendAddresses: [{ fqdn: 'a.example' }, { ipAddress: '10.0.0.4' }] }],
    };
    expect(readAll(azure, [gateway, publicAddress]).claims).toMatchObject([
      {
        name: 'waf',
        type: 'vip',
        addresses: [{ address: '10.0.0.101' }, { address: '198.51.100.7' }],
        pool: ['10.0.0.4'],
        listens: [{ protocol: 6, port: 443 }],
      },
    ]);
  });

  it.each([
    ['a machine that forwards', [machine, { ...nic, enableIPForwarding: true }], { name: 'web-1', type: 'appliance' }],
    [
      'a firewall',
      [{ id: id('Network/azureFirewalls/fw'), name: 'fw', ipConfigurations: [configuration] }],
      { name: 'fw', type: 'appliance', addresses: [{ address: '10.0.0.4', scope: NETWORK }] },
    ],
    [
      'a NAT gateway',
      [{ ...publicAddress, natGateway: { id: id('Network/natGateways/out') } }],
      { name: 'out', type: 'appliance', addresses: [{ address: '198.51.100.7' }] },
    ],
    ['an interface of nothing known', [{ ...nic, virtualMachine: null }], { name: 'nic-1', type: 'host' }],
    [
      'a machine of a scale set',
      [
        { id: id('Compute/virtualMachineScaleSets/set/virtualMachines/0'), name: 'set_0' },
        {
          ...nic,
          id: id('Compute/virtualMachineScaleSets/set/virtualMachines/0/networkInterfaces/n'),
          virtualMachine: { id: id('Compute/virtualMachineScaleSets/set/virtualMachines/0') },
        },
      ],
      { name: 'set_0', type: 'host', addresses: [{ address: '10.0.0.4' }] },
    ],
    [
      'a private endpoint',
      [
        {
          id: id('Network/privateEndpoints/sql'),
          name: 'sql',
          subnet: configuration.subnet,
          customDnsConfigs: [{ fqdn: 'a.example', ipAddresses: ['10.0.0.50'] }],
          privateLinkServiceConnections: [{ groupIds: ['sqlServer'] }],
        },
      ],
      {
        name: 'sql',
        type: 'vip',
        addresses: [{ address: '10.0.0.50', scope: NETWORK }],
        labels: { 'azure-service': 'sqlServer' },
      },
    ],
  ])('takes %s', (_, resources, claim) => {
    expect(readAll(azure, [resources])).toMatchObject({ claims: [claim], rejects: [] });
  });

  it('leaves other resources alone, and what they refer to', () => {
    const group = {
      id: id('Network/networkSecurityGroups/g'),
      name: 'g',
      networkInterfaces: [{ id: nic.id, name: null }],
    };
    expect(readAll(azure, [[group]])).toMatchObject({ claims: [], rejects: [], complete: false });
  });

  it('says that a listing stops before its last page', () => {
    expect(readAll(azure, [{ value: [machine], nextLink: 'https://management.azure.com/next' }]).complete).toBe(false);
    expect(readAll(azure, [{ count: 1, data: [machine], skip_token: 'x' }]).complete).toBe(false);
  });

  it('reports what it cannot take and reads on', () => {
    const { claims, rejects } = readAll(azure, [[{ ...machine, name: 7 }, nic]]);
    expect(claims).toHaveLength(1);
    expect(rejects).toEqual([{ where: '[0].name', message: expect.stringContaining('expected string') }]);
  });

  it.each([
    [[machine], true],
    [{ data: [nested(nic)] }, true],
    [{ id: '/subscriptions' }, false],
    [{ values: [{ name: 'AzureCloud', id: 'AzureCloud', properties: { addressPrefixes: [] } }] }, false],
  ])('recognises its own: %#', (content, expected) => {
    expect(azure.recognise(documentOf(content))).toBe(expected);
  });
});
