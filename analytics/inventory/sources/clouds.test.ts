import fc from 'fast-check';
import { WayleaveError } from '../../../ingest/kernel/errors';
import type { InventorySource } from '../source';
import { aws } from './aws';
import { azure } from './azure';
import { cloudRanges } from './cloud-ranges';
import { gcp } from './gcp';
import { nsx } from './nsx';
import { recogniseSource } from './registry';
import { documentOf, readAll } from './testing/read-all';
import { vsphere } from './vsphere';

const AZURE = '/subscriptions/s/resourceGroups/g/providers/Microsoft.';
const GCP = 'https://www.googleapis.com/compute/v1/projects/p';

/** A little of everything a source knows. */
const SAMPLES: readonly (readonly [InventorySource, unknown])[] = [
  [
    aws,
    {
      Reservations: [
        {
          Instances: [
            {
              InstanceId: 'i-1',
              LaunchTime: '2024-03-01T00:00:00Z',
              State: { Name: 'terminated' },
              StateTransitionReason: 'User initiated (2024-04-01 12:00:00 GMT)',
              Placement: { AvailabilityZone: 'eu-central-1a' },
              Tags: [{ Key: 'Name', Value: 'web' }],
              NetworkInterfaces: [
                {
                  Attachment: { AttachTime: '2024-03-01T00:00:00Z' },
                  PrivateIpAddresses: [
                    { Primary: true, PrivateIpAddress: '10.0.0.5', Association: { PublicIp: '198.51.100.7' } },
                  ],
                  Ipv6Addresses: [{ Ipv6Address: '2001:db8::5' }],
                },
              ],
            },
          ],
        },
      ],
      NetworkInterfaces: [
        {
          NetworkInterfaceId: 'eni-1',
          VpcId: 'vpc-a',
          Description: 'ELB app/a/1',
          PrivateIpAddress: '10.0.0.9',
          TagSet: [],
        },
      ],
      Vpcs: [{ VpcId: 'vpc-a', CidrBlock: '10.0.0.0/16', Tags: [] }],
    },
  ],
  [
    azure,
    [
      {
        id: `${AZURE}Compute/virtualMachines/a`,
        name: 'a',
        tags: { env: 'x' },
        privateIps: '10.0.0.4',
        timeCreated: '2024-03-01T00:00:00Z',
      },
      {
        id: `${AZURE}Network/networkInterfaces/n`,
        name: 'n',
        properties: {
          ipConfigurations: [
            {
              id: 'c',
              properties: {
                privateIPAddress: '10.0.0.5',
                subnet: { id: `${AZURE}Network/virtualNetworks/v/subnets/s` },
              },
            },
          ],
        },
      },
      { id: `${AZURE}Network/publicIPAddresses/p`, name: 'p', ipAddress: '198.51.100.7', natGateway: { id: 'g' } },
      {
        id: `${AZURE}Network/loadBalancers/l`,
        name: 'l',
        frontendIPConfigurations: [{ id: 'f', privateIPAddress: '10.0.0.9' }],
        loadBalancingRules: [
          { frontendIPConfiguration: { id: 'f' }, frontendPort: 443, protocol: 'Tcp', backendAddressPool: { id: 'b' } },
        ],
        backendAddressPools: [{ id: 'b', backendIPConfigurations: [{ id: 'c' }] }],
      },
      {
        id: `${AZURE}Network/privateEndpoints/e`,
        name: 'e',
        customDnsConfigs: [{ ipAddresses: ['10.0.0.8'] }],
        privateLinkServiceConnections: [{ groupIds: ['sql'] }],
      },
    ],
  ],
  [
    gcp,
    [
      {
        selfLink: `${GCP}/zones/z-a/instances/a`,
        name: 'a',
        id: '1',
        labels: { env: 'x' },
        metadata: { items: [{ key: 'created-by', value: 'projects/1/zones/z-a/instanceGroupManagers/g' }] },
        networkInterfaces: [
          {
            network: `${GCP}/global/networks/n`,
            networkIP: '10.0.0.5',
            accessConfigs: [{ natIP: '198.51.100.7' }],
            aliasIpRanges: [{ ipCidrRange: '10.0.1.0/30' }],
          },
        ],
      },
      {
        selfLink: `${GCP}/global/forwardingRules/r`,
        name: 'r',
        IPAddress: '10.0.0.9',
        IPProtocol: 'TCP',
        portRange: '80-80',
        backendService: `${GCP}/global/backendServices/s`,
      },
      { selfLink: `${GCP}/global/backendServices/s`, backends: [{ group: `${GCP}/zones/z-a/instanceGroups/g` }] },
      { selfLink: `${GCP}/regions/z/targetPools/t`, instances: [`${GCP}/zones/z-a/instances/a`] },
    ],
  ],
  [
    vsphere,
    [
      {
        name: 'a',
        vm: 'vm-1',
        power_state: 'POWERED_ON',
        interfaces: [{ nic: '4000', ip: { ip_addresses: [{ ip_address: '10.0.0.5' }] } }],
        tags: ['Role/web', { category_name: 'Env', name: 'x' }],
      },
      {
        self: { value: 'vm-2' },
        config: { instanceUuid: 'u', createDate: '2024-03-01T00:00:00Z' },
        runtime: { powerState: 'poweredOn' },
        summary: {},
        guest: {
          net: [
            { deviceConfigId: 4000, ipAddress: ['10.0.0.6'], ipConfig: { ipAddress: [{ ipAddress: '10.0.0.6' }] } },
          ],
        },
        availableField: [{ key: 1, name: 'App' }],
        customValue: [{ key: 1, value: 'x' }],
      },
      {
        guest_name: 'c',
        moid: 'vm-3',
        power_state: 'poweredOn',
        vm_network: { m: { ipv4: ['10.0.0.7'], ipv6: [] } },
        attributes: { a: 'b' },
      },
      { Tag: { Name: 'x', Category: { Name: 'Env' } }, Entity: { Id: 'VirtualMachine-vm-1', Name: 'a' } },
    ],
  ],
  [
    nsx,
    {
      results: [
        { external_id: 'u', display_name: 'a', power_state: 'VM_RUNNING', tags: [{ scope: 'env', tag: 'x' }] },
        { owner_vm_id: 'u', mac_address: 'm', ip_address_info: [{ ip_addresses: ['10.0.0.5'] }] },
        { ip_address: '10.0.0.9', pool_path: '/infra/lb-pools/p', ports: ['443'] },
        { path: '/infra/lb-pools/p', algorithm: 'ROUND_ROBIN', members: [{ ip_address: '10.0.0.5' }] },
        { connectivity_path: '/infra/tier-1s/t', subnets: [{ gateway_address: '10.0.0.1/24' }] },
      ],
    },
  ],
  [
    cloudRanges,
    {
      prefixes: [{ ip_prefix: '203.0.113.0/24', service: 'S3', region: 'x' }],
      ipv6_prefixes: [{ ipv6_prefix: '2001:db8::/32' }],
      createDate: '2024-03-01-20-15-09',
    },
  ],
  [
    cloudRanges,
    {
      values: [
        { name: 'Storage.X', properties: { region: 'x', addressPrefixes: ['203.0.113.0/24', '203.0.113.0/25'] } },
      ],
    },
  ],
  [cloudRanges, { regions: [{ region: 'x', cidrs: [{ cidr: '203.0.113.0/24', tags: ['OCI'] }] }] }],
];

type Path = readonly (string | number)[];

function pathsIn(value: unknown): Path[] {
  if (typeof value !== 'object' || value === null) return [[]];
  const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [[], ...inner.flatMap(([key, each]): Path[] => pathsIn(each).map((path) => [key, ...path]))];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((each: unknown, index) => (index === key ? replaced(each, rest, by) : each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, name === key ? replaced(each, rest, by) : each]),
  );
}

const oddity = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    '10.0.0.0/24',
    '10.0.0.9/24',
    'fe80::1%eth0',
    'ELB net/a/1',
    '__proto__',
    -1,
    1e15,
  ),
  fc.constantFrom<unknown>({}, [], [null], [[]], { properties: 7 }, JSON.parse('{"__proto__":{"name":"x"}}')),
  fc.jsonValue(),
);

describe.each(SAMPLES.map(([source, sample]) => ({ kind: source.kind, source, sample })))(
  '$kind inventory',
  ({ source, sample }) => {
    const survives = (content: unknown): void => {
      source.recognise(documentOf(content));
      try {
        const { claims, networks, rejects } = readAll(source, [content]);
        expect(new Set(claims.map(({ key }) => key)).size).toBe(claims.length);
        expect(new Set(networks.map(({ prefix }) => prefix)).size).toBe(networks.length);
        expect(rejects.filter(({ message }) => message === '')).toEqual([]);
      } catch (error) {
        if (!(error instanceof WayleaveError)) throw error;
        expect(error.code).toBe('bad-inventory');
      }
    };

    it('takes all of its sample, and leaves it to nobody else', () => {
      const { claims, networks, rejects } = readAll(source, [sample]);
      expect(rejects).toEqual([]);
      expect(claims.length + networks.length).toBeGreaterThan(0);
      expect(recogniseSource([documentOf(sample)]).kind).toBe(source.kind);
      const takers = new Set(SAMPLES.map(([each]) => each).filter((each) => each.recognise(documentOf(sample))));
      expect([...takers].map(({ kind }) => kind)).toEqual([source.kind]);
    });

    it('takes or reports what is wrong in places', () => {
      const place = fc.constantFrom(...pathsIn(sample));
      fc.assert(
        fc.property(fc.array(fc.tuple(place, oddity), { minLength: 1, maxLength: 4 }), (changes) => {
          survives(changes.reduce((content, [path, by]) => replaced(content, path, by), sample) ?? null);
        }),
        { numRuns: 300 },
      );
    });

    it('takes or reports any JSON and any text', () => {
      fc.assert(fc.property(fc.oneof(fc.jsonValue(), fc.string()), survives));
    });
  },
);
