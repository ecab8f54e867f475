import { documentOf, readAll } from '../testing/read-all';
import { cloudRanges } from '.';

const named = (content: unknown, name = 'ranges.json'): string[] => {
  const { networks, rejects } = cloudRanges.read([documentOf(content, name)], {});
  expect(rejects).toEqual([]);
  return networks.map((network) => `${network.prefix} ${network.name}`);
};
const tag = (name: string, region: string, ...addressPrefixes: string[]): object => ({
  name,
  id: name,
  properties: { changeNumber: 1, region, platform: 'Azure', systemService: '', addressPrefixes },
});

describe('published networks', () => {
  it('reads those of AWS, the narrowest service of each', () => {
    const aws = {
      syncToken: '1709324109',
      createDate: '2024-03-01-20-15-09',
      prefixes: [
        {
          ip_prefix: '203.0.113.0/24',
          region: 'eu-central-1',
          service: 'AMAZON',
          network_border_group: 'eu-central-1',
        },
        { ip_prefix: '203.0.113.0/24', region: 'eu-central-1', service: 'EC2' },
        { ip_prefix: '203.0.113.0/28', region: 'eu-central-1', service: 'S3' },
        { ip_prefix: '198.51.100.0/24', region: 'GLOBAL', service: 'CLOUDFRONT' },
      ],
      ipv6_prefixes: [{ ipv6_prefix: '2001:db8::/32', region: 'us-east-1', service: 'AMAZON' }],
    };
    expect(readAll(cloudRanges, [aws], { scope: 'x' })).toEqual({
      claims: [],
      logOns: [],
      rejects: [],
      complete: true,
      asOf: Date.UTC(2024, 2, 1, 20, 15, 9),
      networks: [
        {
          prefix: '198.51.100.0/24',
          scope: 'x',
          name: 'aws CLOUDFRONT',
          labels: { provider: 'aws', service: 'CLOUDFRONT' },
        },
        {
          prefix: '203.0.113.0/24',
          scope: 'x',
          name: 'aws EC2 eu-central-1',
          labels: { provider: 'aws', service: 'EC2', region: 'eu-central-1' },
        },
        {
          prefix: '203.0.113.0/28',
          scope: 'x',
          name: 'aws S3 eu-central-1',
          labels: { provider: 'aws', service: 'S3', region: 'eu-central-1' },
        },
        {
          prefix: '2001:db8::/32',
          scope: 'x',
          name: 'aws AMAZON us-east-1',
          labels: { provider: 'aws', service: 'AMAZON', region: 'us-east-1' },
        },
      ],
    });
  });

  it('reads the tags of Azure, the narrowest of each prefix', () => {
    const values = [
      tag('AzureCloud', '', '203.0.113.0/25', '198.51.100.0/24'),
      tag('AzureCloud.westeurope', 'westeurope', '203.0.113.0/25', '198.51.100.0/24'),
      tag('Storage', '', '203.0.113.0/25'),
      tag('Storage.WestEurope', 'westeurope', '203.0.113.0/25'),
    ];
    expect(named({ changeNumber: 7, cloud: 'Public', values })).toEqual([
      '198.51.100.0/24 azure AzureCloud westeurope',
      '203.0.113.0/25 azure Storage westeurope',
    ]);
  });

  it.each([
    [
      'Google Cloud',
      'cloud.json',
      {
        syncToken: '1',
        creationTime: '2024-03-01T05:03:21.123456',
        prefixes: [
          { ipv4Prefix: '203.0.113.0/24', service: 'Google Cloud', scope: 'europe-west1' },
          { ipv6Prefix: '2001:db8::/32', service: 'Google Cloud', scope: 'global' },
        ],
      },
      ['203.0.113.0/24 gcp europe-west1', '2001:db8::/32 gcp'],
    ],
    ['Google', 'goog.json', { prefixes: [{ ipv4Prefix: '203.0.113.0/24' }] }, ['203.0.113.0/24 google']],
    [
      "others in Google's form",
      '/tmp/crawler.json',
      { prefixes: [{ ipv4Prefix: '203.0.113.0/24' }] },
      ['203.0.113.0/24 crawler'],
    ],
    [
      'Oracle',
      'x',
      {
        last_updated_timestamp: '2024-03-01T00:00:00.000000',
        regions: [{ region: 'eu-frankfurt-1', cidrs: [{ cidr: '203.0.113.0/24', tags: ['OCI'] }] }],
      },
      ['203.0.113.0/24 oracle OCI eu-frankfurt-1'],
    ],
    [
      'Cloudflare',
      'x',
      { result: { ipv4_cidrs: ['203.0.113.0/24'], ipv6_cidrs: ['2001:db8::/32'] }, success: true },
      ['203.0.113.0/24 cloudflare', '2001:db8::/32 cloudflare'],
    ],
    ['Fastly', 'x', { addresses: ['203.0.113.0/24'], ipv6_addresses: [] }, ['203.0.113.0/24 fastly']],
    [
      'GitHub',
      'x',
      {
        verifiable_password_authentication: false,
        ssh_keys: ['ssh-rsa A'],
        domains: { website: ['*.example'] },
        hooks: ['203.0.113.0/24'],
        web: [],
        git: ['198.51.100.1/32'],
      },
      ['198.51.100.1/32 github git', '203.0.113.0/24 github hooks'],
    ],
    ['Okta', 'x', { us_cell_1: { ip_ranges: ['203.0.113.0/24'] } }, ['203.0.113.0/24 okta us_cell_1']],
    [
      'Datadog',
      'x',
      { version: 1, modified: '2024', agents: { prefixes_ipv4: ['203.0.113.0/24'], prefixes_ipv6: [] } },
      ['203.0.113.0/24 datadog agents'],
    ],
    [
      'Atlassian',
      'x',
      {
        creationDate: '2024-03-01T00:00:00.0',
        syncToken: 1,
        items: [
          {
            network: '203.0.113.0',
            mask_len: 24,
            cidr: '203.0.113.0/24',
            region: ['global'],
            product: ['jira', 'confluence'],
          },
        ],
      },
      ['203.0.113.0/24 atlassian'],
    ],
    [
      'Microsoft 365',
      'x',
      [
        { id: 1, serviceArea: 'Exchange', ips: ['203.0.113.0/24'] },
        { id: 2, serviceArea: 'Common', urls: ['x'] },
      ],
      ['203.0.113.0/24 microsoft-365 Exchange'],
    ],
    [
      'anybody as a list',
      'partner.txt',
      '# ours\n203.0.113.0/24\r\n198.51.100.0/24 ; old\n\n',
      ['198.51.100.0/24 partner', '203.0.113.0/24 partner'],
    ],
    ['anybody as JSON', 'partner.json', ['203.0.113.0/24'], ['203.0.113.0/24 partner']],
  ])('reads those of %s', (_, name, content, expected) => {
    expect(cloudRanges.recognise(documentOf(content, name))).toBe(true);
    expect(named(content, name)).toEqual(expected);
  });

  it('says the same in fewer prefixes, and never more or less', () => {
    const list = [
      '203.0.113.0/26',
      '203.0.113.64/26',
      '203.0.113.128/25',
      '203.0.113.7/32',
      '198.51.100.0/25',
      '198.51.101.0/25',
    ];
    expect(named(list, 'a.json')).toEqual(['198.51.100.0/25 a', '198.51.101.0/25 a', '203.0.113.0/24 a']);
  });

  it('keeps a name within a name within a name', () => {
    const prefix = (ip_prefix: string, service: string): object => ({ ip_prefix, service, region: 'GLOBAL' });
    const prefixes = [
      prefix('203.0.113.0/24', 'EC2'),
      prefix('203.0.113.0/25', 'S3'),
      prefix('203.0.113.0/26', 'EC2'),
      prefix('203.0.113.64/26', 'EC2'),
    ];
    expect(named({ prefixes })).toEqual([
      '203.0.113.0/24 aws EC2',
      '203.0.113.0/25 aws S3',
      '203.0.113.0/26 aws EC2',
      '203.0.113.64/26 aws EC2',
    ]);
  });

  it('reports what it cannot take and reads on', () => {
    const prefixes = [
      { ip_prefix: '203.0.113.0/24', service: 'S3', region: 'x' },
      { ip_prefix: '203.0.113.1/24' },
      { service: 'S3' },
      null,
    ];
    expect(readAll(cloudRanges, [{ prefixes }, { other: 1 }])).toMatchObject({
      networks: [{ prefix: '203.0.113.0/24' }],
      rejects: [
        { where: '0.json, prefixes[1]', message: expect.stringContaining('bits set beyond') },
        { where: '0.json, prefixes[2]', message: 'no prefix' },
        { where: '0.json, prefixes[3]', message: 'no prefix' },
        { where: '1.json', message: expect.stringContaining('not a list of networks') },
      ],
    });
  });

  it('refuses what holds nothing it understands', () => {
    expect(() => readAll(cloudRanges, [{ other: 1 }])).toThrow(expect.objectContaining({ code: 'bad-inventory' }));
  });

  it.each([
    ['address,name\n10.0.0.1,web'],
    [{ prefixes: [{ prefix: 'x' }] }],
    ['10.0.0.1 web'],
    [[]],
    [{ items: [{ cidr: 7 }] }],
  ])('leaves others alone: %j', (content) => {
    expect(cloudRanges.recognise(documentOf(content))).toBe(false);
  });
});
