import { readAll, documentOf } from '../testing/read-all';
import { aws } from '.';

const instance = {
  InstanceId: 'i-1',
  LaunchTime: '2024-03-01T00:00:00+00:00',
  State: { Code: 16, Name: 'running' },
  VpcId: 'vpc-a',
  Placement: { AvailabilityZone: 'eu-central-1a' },
  PrivateIpAddress: '10.0.0.5',
  PublicIpAddress: '198.51.100.7',
  SourceDestCheck: true,
  Tags: [
    { Key: 'Name', Value: 'web-1' },
    { Key: 'Application', Value: 'shop' },
    { Key: 'Environment', Value: 'prod' },
    { Key: 'Owner', Value: null },
  ],
  NetworkInterfaces: [
    {
      NetworkInterfaceId: 'eni-1',
      VpcId: 'vpc-a',
      Attachment: { AttachTime: '2024-02-01T00:00:00Z' },
      Association: { PublicIp: '198.51.100.7', IpOwnerId: 'amazon' },
      PrivateIpAddress: '10.0.0.5',
      PrivateIpAddresses: [
        { Primary: true, PrivateIpAddress: '10.0.0.5', Association: { PublicIp: '198.51.100.7', IpOwnerId: 'amazon' } },
        { Primary: false, PrivateIpAddress: '10.0.0.6', Association: { PublicIp: '203.0.113.9', IpOwnerId: '123' } },
      ],
      Ipv6Addresses: [{ Ipv6Address: '2001:DB8:0:0::5' }],
    },
  ],
};
const eni = (fields: object) => ({
  NetworkInterfaceId: 'eni-9',
  VpcId: 'vpc-a',
  AvailabilityZone: 'eu-central-1b',
  InterfaceType: 'interface',
  PrivateIpAddress: '10.0.9.9',
  PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: '10.0.9.9' }],
  TagSet: [],
  ...fields,
});
const reservations = (...instances: object[]) => ({ Reservations: [{ Groups: [], Instances: instances }] });
const [FEBRUARY, MARCH] = [Date.UTC(2024, 1, 1), Date.UTC(2024, 2, 1)];

describe('AWS inventory', () => {
  it('reads an instance with all its addresses, each from when it can have had it', () => {
    expect(readAll(aws, [reservations(instance)])).toEqual({
      claims: [
        {
          key: 'i-1',
          name: 'web-1',
          type: 'host',
          labels: { app: 'shop', env: 'prod', loc: 'eu-central-1', zone: 'eu-central-1a' },
          addresses: [
            { address: '10.0.0.5', scope: 'vpc-a', since: FEBRUARY },
            { address: '10.0.0.6', scope: 'vpc-a', since: FEBRUARY },
            { address: '2001:db8::5', scope: 'vpc-a', since: FEBRUARY },
            { address: '198.51.100.7', scope: '', since: MARCH },
            { address: '203.0.113.9', scope: '', since: FEBRUARY },
          ],
        },
      ],
      networks: [],
      logOns: [],
      rejects: [],
      complete: true,
    });
  });

  it.each([
    ['pages in an array', [[reservations(instance), reservations({ ...instance, InstanceId: 'i-2' })]]],
    [
      'JSON lines',
      [`${JSON.stringify(reservations(instance))}\n${JSON.stringify({ ...instance, InstanceId: 'i-2' })}\n`],
    ],
    [
      'pages appended',
      [
        `${JSON.stringify(reservations(instance), null, 2)}\n${JSON.stringify([{ ...instance, InstanceId: 'i-2' }], null, 2)}`,
      ],
    ],
    [
      'camel case',
      [
        {
          reservations: [
            {
              instances: [
                { instanceId: 'i-1', privateIpAddress: '10.0.0.5' },
                { instanceId: 'i-2', networkInterfaces: null, tags: { Name: 'x' } },
              ],
            },
          ],
        },
      ],
    ],
    [
      'several documents',
      [reservations(instance), { $metadata: {}, ...reservations({ ...instance, InstanceId: 'i-2' }) }],
    ],
  ])('takes %s', (_, contents) => {
    const { claims, rejects } = readAll(aws, contents);
    expect(claims.map(({ key }) => key)).toEqual(['i-1', 'i-2']);
    expect(rejects).toEqual([]);
  });

  it.each([
    ['ELB app/shop-alb/50dc6c495c0c9188', 'elb/vpc-a/app/shop-alb/50dc6c495c0c9188', 'shop-alb', 'vip', 'elb'],
    ['ELB net/shop-nlb/6f57a43b75d8f2c1', 'elb/vpc-a/net/shop-nlb/6f57a43b75d8f2c1', 'shop-nlb', 'vip', 'elb'],
    ['ELB classic', 'elb/vpc-a/classic', 'classic', 'vip', 'elb'],
    ['Interface for NAT Gateway nat-0123', 'nat/vpc-a/nat-0123', 'nat-0123', 'appliance', 'nat'],
    ['VPC Endpoint Interface vpce-0123', 'vpc-endpoint/vpc-a/vpce-0123', 'vpce-0123', 'vip', 'vpc-endpoint'],
    [
      'AWS Lambda VPC ENI-resize-30bb1fd5-e726-4d80-9ff2-52fd62cd548c',
      'lambda/vpc-a/resize',
      'resize',
      'host',
      'lambda',
    ],
    ['EFS mount target for fs-12 (fsmt-34)', 'efs/vpc-a/fs-12', 'fs-12', 'host', 'efs'],
    ['Amazon EKS blue', 'eks/vpc-a/blue', 'blue', 'host', 'eks'],
    ['ElastiCache shop-redis-001', 'elasticache/vpc-a/shop-redis-001', 'shop-redis-001', 'host', 'elasticache'],
    ['RDSNetworkInterface', 'eni-9', 'rds eni-9', 'host', 'rds'],
  ])('knows whose an interface is by "%s"', (Description, key, name, type, service) => {
    const { claims } = readAll(aws, [{ NetworkInterfaces: [eni({ Description })] }]);
    expect(claims).toMatchObject([{ key, name, type, labels: { 'aws-service': service, loc: 'eu-central-1' } }]);
  });

  it.each([
    [{ InterfaceType: 'nat_gateway' }, 'appliance', 'nat'],
    [{ InterfaceType: 'transit_gateway' }, 'appliance', 'transit-gateway'],
    [{ InterfaceType: 'network_load_balancer' }, 'vip', 'elb'],
    [{ RequesterId: 'amazon-rds' }, 'host', 'rds'],
  ])('knows whose an interface is by %j', (fields, type, service) => {
    const { claims } = readAll(aws, [{ NetworkInterfaces: [eni(fields)] }]);
    expect(claims).toMatchObject([{ key: 'eni-9', type, labels: { 'aws-service': service } }]);
  });

  it('puts the interfaces of a load balancer, one in every zone, together', () => {
    const Description = 'ELB app/shop/1';
    const second = { PrivateIpAddress: '10.0.8.8', PrivateIpAddresses: null, NetworkInterfaceId: 'eni-8' };
    const { claims } = readAll(aws, [{ NetworkInterfaces: [eni({ Description }), eni({ Description, ...second })] }]);
    expect(claims.map(({ addresses }) => addresses.map(({ address }) => address))).toEqual([['10.0.9.9', '10.0.8.8']]);
  });

  it('gives an interface to the instance it is attached to, and names the VPC', () => {
    const vpcs = { Vpcs: [{ VpcId: 'vpc-a', CidrBlock: '10.0.0.0/16', Tags: [{ Key: 'Name', Value: 'main' }] }] };
    const attached = eni({ Attachment: { InstanceId: 'i-1' }, TagSet: [{ Key: 'Name', Value: 'second leg' }] });
    const { claims } = readAll(aws, [{ NetworkInterfaces: [attached] }, reservations(instance), vpcs]);
    expect(claims).toMatchObject([{ key: 'i-1', name: 'web-1', labels: { vpc: 'main' } }]);
    expect(claims[0]?.addresses).toContainEqual({ address: '10.0.9.9', scope: 'vpc-a' });
  });

  it("leaves a Kubernetes node's secondary addresses to its pods", () => {
    const node = { ...instance, Tags: [{ Key: 'kubernetes.io/cluster/blue', Value: 'owned' }] };
    const { claims } = readAll(aws, [reservations(node)]);
    expect(claims[0]?.addresses.map(({ address }) => address)).toEqual(['10.0.0.5', '2001:db8::5', '198.51.100.7']);
  });

  it('takes an instance that forwards for an appliance', () => {
    const nat = { ...instance, NetworkInterfaces: [{ ...instance.NetworkInterfaces[0], SourceDestCheck: false }] };
    expect(readAll(aws, [reservations(nat)]).claims).toMatchObject([{ type: 'appliance' }]);
  });

  it.each([
    ['User initiated (2024-04-01 12:00:00 GMT)', [{ until: Date.UTC(2024, 3, 1, 12) }]],
    ['', []],
  ])('ends a terminated instance: "%s"', (StateTransitionReason, addresses) => {
    const gone = {
      InstanceId: 'i-1',
      State: { Name: 'terminated' },
      PrivateIpAddress: '10.0.0.5',
      StateTransitionReason,
    };
    expect(readAll(aws, [reservations(gone)]).claims.flatMap((claim) => claim.addresses)).toMatchObject(addresses);
  });

  it('bounds names', () => {
    const long = { ...instance, Tags: [{ Key: 'Name', Value: 'x'.repeat(1000) }] };
    expect(readAll(aws, [reservations(long)]).claims[0]?.name).toHaveLength(256);
  });

  it('ends nothing by a file that names nobody', () => {
    expect(readAll(aws, [{ Vpcs: [{ VpcId: 'vpc-a', CidrBlock: '10.0.0.0/16' }] }])).toMatchObject({
      claims: [],
      complete: false,
    });
  });

  it('says that a listing stops before its last page', () => {
    const first = { NetworkInterfaces: [eni({})], NextToken: 'x' };
    expect(readAll(aws, [first]).complete).toBe(false);
    expect(readAll(aws, [first, { NetworkInterfaces: [eni({})], NextToken: null }]).complete).toBe(true);
  });

  it('reports what it cannot take, where it is, and reads on', () => {
    const broken = { ...instance, InstanceId: 'i-2', LaunchTime: 'yesterday' };
    const odd = { ...instance, InstanceId: 'i-3', NetworkInterfaces: [], PrivateIpAddress: '10.0.0.555' };
    const { claims, rejects } = readAll(aws, [reservations(instance, broken, odd)]);
    expect(claims.map(({ key }) => key)).toEqual(['i-1', 'i-3']);
    expect(rejects).toEqual([
      { where: 'Reservations[0].Instances[1].launchTime', message: 'not a time: "yesterday"' },
      { where: 'Reservations[0].Instances[2]', message: '"10.0.0.555" is not an IPv4 or IPv6 address' },
    ]);
  });

  it('refuses what holds nothing it understands', () => {
    expect(() => readAll(aws, [reservations({ InstanceId: 7, PrivateIpAddress: 'x' })])).toThrow(
      expect.objectContaining({ code: 'bad-inventory' }),
    );
  });

  it.each([
    [reservations(instance), true],
    [{ Reservations: [] }, true],
    [{ NetworkInterfaces: [eni({})] }, true],
    [{ items: [{ networkInterfaces: [], name: 'gcp' }] }, false],
    [{ networkProfile: { networkInterfaces: [] } }, false],
    [{ prefixes: [] }, false],
  ])('recognises its own: %j', (content, expected) => {
    expect(aws.recognise(documentOf(content))).toBe(expected);
  });
});
