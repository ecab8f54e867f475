import type { Dependency } from '../../model/dependency';
import type { Workload } from '../../model/workload';
import { dependency, managed, tcp, udp } from '../../quality/estate';
import { knownService } from '../../services';
import { environmentsOf } from '../applications/environments';
import { UNCONSTRAINED } from '../constraints';
import { gatherEvidence, type ServiceLookUp } from '../evidence';
import { findSharedServices } from './shared';

const APPLICATIONS = 12;
const TIERS = [
  ['web', 3],
  ['app', 4],
  ['db', 2],
] as const;

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
const hostsOf = (application: number, tier: string, count: number) =>
  numbers(count).map((n) => `a${String(application).padStart(2, '0')}-${tier}${n}`);
const all = (clients: readonly string[], servers: readonly string[], service = tcp(443)) =>
  clients.flatMap((client) =>
    servers.filter((server) => server !== client).map((server) => dependency(client, server, service)),
  );
const inTier = (tier: string, applications = numbers(APPLICATIONS)) =>
  applications.flatMap((n) => hostsOf(n, tier, TIERS.find(([name]) => name === tier)?.[1] ?? 0));
const inApplication = (application: number) => TIERS.flatMap(([tier, count]) => hostsOf(application, tier, count));

/** Twelve applications of three tiers that have nothing to do with each other. */
const APPS = numbers(APPLICATIONS).flatMap((n) => [
  ...all(hostsOf(n, 'web', 3), hostsOf(n, 'app', 4), tcp(8080)),
  ...all(hostsOf(n, 'app', 4), hostsOf(n, 'db', 2), tcp(5432)),
]);
const EVERYBODY = numbers(APPLICATIONS).flatMap(inApplication);
const users = numbers(60).map((n) => `10.9.0.${n}`);

interface Options {
  readonly lookUp?: ServiceLookUp;
  readonly labels?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly labelWeight?: number;
  readonly constraints?: Partial<typeof UNCONSTRAINED>;
  /** Of the window. */
  readonly hours?: number;
}

function find(
  extra: readonly Dependency[],
  { lookUp = knownService, labels = {}, labelWeight = 1, constraints = {}, hours = 24 }: Options = {},
) {
  const dependencies = [...APPS, ...extra];
  const ids = [...new Set(dependencies.flatMap(({ client, server }) => [client, server]))];
  const workloads = ids.map((id): Workload => ({
    ...managed(id, labels[id]),
    kind: id.startsWith('10.') ? 'unknown' : 'managed',
  }));
  const evidence = gatherEvidence(workloads, dependencies, lookUp, hours);
  const name = (n: number) => evidence.workloads[n]?.id ?? '';
  const environments = environmentsOf(evidence.workloads, labelWeight);
  const { shared, nearly } = findSharedServices(evidence, evidence.uses, environments, {
    ...UNCONSTRAINED,
    ...constraints,
  });
  const text = (services: typeof shared) =>
    services.map((each) => `${each.name}: ${each.workloads.map(name).join(' ')}`).sort();
  return {
    shared,
    found: text(shared),
    near: text(nearly),
    numberOf: (id: string) => evidence.workloads.findIndex((each) => each.id === id),
  };
}

const half = (clients: readonly string[], rest: 0 | 1) => clients.filter((_, n) => n % 2 === rest);
const site = (first: number, last: number) =>
  numbers(APPLICATIONS)
    .slice(first - 1, last)
    .flatMap(inApplication);

describe('shared services', () => {
  it.each<[string, Dependency[], string[], Options?]>([
    [
      'two DNS servers are one service',
      [...all(half(EVERYBODY, 0), ['ns1'], udp(53)), ...all(half(EVERYBODY, 1), ['ns2'], udp(53))],
      ['dns: ns1 ns2'],
    ],
    [
      'directory, DNS and time on one domain controller are a directory',
      all(EVERYBODY, ['dc1'], udp(53)).concat(
        all(EVERYBODY, ['dc1'], tcp(88)),
        all(EVERYBODY, ['dc1'], tcp(389)),
        all(EVERYBODY, ['dc1'], udp(123)),
      ),
      ['directory: dc1'],
    ],
    [
      'a domain controller that also tells the time is no time server',
      all(half(EVERYBODY, 0), ['dc1'], tcp(88)).concat(
        all(half(EVERYBODY, 0), ['dc1'], tcp(389)),
        all(half(EVERYBODY, 0), ['dc1'], udp(123)),
        all(half(EVERYBODY, 1), ['ntp1'], udp(123)),
      ),
      ['directory: dc1', 'time: ntp1'],
    ],
    ['who collects logs', all(EVERYBODY, ['log1'], udp(514)), ['logging: log1']],
    ['who polls everybody', all(['mon1'], EVERYBODY, tcp(9100)), ['monitoring: mon1']],
    [
      'who pings everybody',
      all(['mon1'], EVERYBODY, { kind: 'icmp', protocol: 1, type: 8, code: 0 }),
      ['monitoring: mon1'],
    ],
    ['who backs up', all(['bkp1'], EVERYBODY, tcp(1556)), ['backup: bkp1']],
    ['who patches', all(EVERYBODY, ['wsus1'], tcp(8530)), ['patching: wsus1']],
    ['who configures', all(EVERYBODY, ['puppet1'], tcp(8140)), ['config: puppet1']],
    ['who keeps secrets', all(inTier('app'), ['vault1', 'vault2'], tcp(8200)), ['secrets: vault1 vault2']],
    ['who relays mail', all(inTier('app'), ['mx1'], tcp(25)), ['mail: mx1']],
    ['a registry of images', all(half(EVERYBODY, 0), ['reg1'], tcp(5000)), ['registry: reg1']],
    ['a proxy', all(half(EVERYBODY, 0), ['squid1'], tcp(3128)), ['proxy: squid1']],
    ['a jump host', [...all(['jump1'], EVERYBODY, tcp(22)), ...all(users, ['jump1'], tcp(22))], ['jump hosts: jump1']],
    ['DHCP, which only clients use that nobody manages', all(users, ['dhcp1'], udp(67)), ['dhcp: dhcp1']],
    ['a repository, whose port tells nothing', all(EVERYBODY, ['repo1']), ['https servers: repo1']],
    [
      'ports are anonymised',
      all(EVERYBODY, ['ns1', 'ns2'], udp(53)),
      ['dns servers: ns1 ns2'],
      { lookUp: () => undefined },
    ],
    [
      'a site has a DNS server of its own',
      [...all(site(1, 4), ['ns1'], udp(53)), ...all(site(5, 12), ['ns2'], udp(53))],
      ['dns: ns1 ns2'],
    ],
    [
      'an unknown service of one site of three',
      all(site(1, 4), ['agent1'], tcp(4444)),
      ['4444/tcp servers: agent1'],
      { lookUp: () => undefined },
    ],
    [
      'environments have directories of their own',
      [...all(site(1, 8), ['dc1'], tcp(88)), ...all(site(9, 12), ['dc2'], tcp(88))],
      ['directory (dev): dc2', 'directory (prod): dc1'],
      { labels: { dc1: { env: 'prod' }, dc2: { env: 'dev' } } },
    ],
    [
      'a standby that hardly anybody uses',
      [...all(EVERYBODY, ['dc1'], tcp(88)), ...all(['a01-web1', 'a05-app1', 'a09-db1', 'a11-web2'], ['dc2'], tcp(88))],
      ['directory: dc1 dc2'],
    ],
    [
      'a jump host from which people went into one application only, not a server that some log in to',
      [
        ...all(users, ['jump1', 'jump2'], tcp(22)),
        ...all(['jump1'], EVERYBODY, tcp(22)),
        ...all(['jump2'], hostsOf(5, 'app', 4), tcp(22)),
        ...all(users.slice(0, 20), ['a03-web1'], tcp(22)),
      ],
      ['jump hosts: jump1 jump2'],
    ],
    [
      'jump hosts, not a deployer that few log in to',
      [
        ...all(users, ['jump1'], tcp(22)),
        ...all(['jump1'], EVERYBODY, tcp(22)),
        ...all(users.slice(0, 8), ['a03-app1'], tcp(22)),
        ...all(['a03-app1'], hostsOf(3, 'web', 3), tcp(22)),
      ],
      ['jump hosts: jump1'],
    ],
    ['a database that one application in two uses', all(inTier('app', half2()), ['bigdb'], tcp(5432)), []],
    ['a broker that everybody produces to', all(inTier('app'), ['bus1', 'bus2'], tcp(9092)), []],
    ['a load balancer of one application', all(['lb1'], hostsOf(1, 'web', 3)).concat(all(users, ['lb1'])), []],
    [
      'the front of a big application, called by some others',
      all(inTier('app', [1, 2, 3, 4, 5]), hostsOf(6, 'web', 3)),
      [],
    ],
    ['an application that watches itself', all(['own-mon'], inApplication(1), tcp(9100)), []],
    [
      'a controller that logs in to its workers',
      all(
        ['ctl'],
        numbers(40).map((n) => `worker${n}`),
        tcp(22),
      ).concat(
        all(
          numbers(40).map((n) => `worker${n}`),
          ['store'],
          tcp(8443),
        ),
      ),
      [],
    ],
    [
      'people who log in here and there',
      numbers(12).flatMap((n) =>
        all(
          [`a${String(n).padStart(2, '0')}-app1`],
          [
            `a${String((n % 12) + 1).padStart(2, '0')}-db1`,
            `a${String(((n + 3) % 12) + 1).padStart(2, '0')}-db1`,
            `a${String(((n + 6) % 12) + 1).padStart(2, '0')}-web1`,
          ],
          tcp(22),
        ),
      ),
      [],
    ],
  ])('%s', (_, extra, expected, ...[options]) => {
    expect(find(extra, options).found).toEqual(expected);
  });

  it('says what it rests on, with numbers, and how sure it is', () => {
    const { shared } = find(all(EVERYBODY, ['ns1'], udp(53)));
    expect(shared[0]?.confidence).toBeGreaterThan(0.9);
    expect(shared[0]?.reasons.map(({ text }) => text)).toEqual([
      'serves dns (udp/53) to 108 of 109 managed workloads across 12 of 12 circles of hosts, all day',
      'its ports are those of shared services',
      expect.stringMatching(/^(99|100) % of those around a partner are partners too$/) as string,
      expect.stringMatching(
        /^its partners spread as over 1\d\.\d circles of hosts, all workloads as over 1\d\.\d$/,
      ) as string,
    ]);
  });

  it.each([
    [1, 1, ', in 1 of 1 hour each'],
    [20, 24, ', all day'],
    [20, 14 * 24, ', in 20 of 336 hours each'],
    [300, 14 * 24, ', all day'],
  ])('says of %d hours in a window of %d%s', (used, hours, told) => {
    const lookUps = all(EVERYBODY, ['ns1'], udp(53)).map((each) => ({ ...each, hours: used }));
    expect(find(lookUps, { hours }).shared[0]?.reasons[0]?.text.endsWith(told)).toBe(true);
  });

  it('says of how many servers the hours are', () => {
    const lookUps = all(EVERYBODY, ['ns1', 'ns2'], udp(53)).map((each) => ({ ...each, hours: 24 }));
    expect(find(lookUps, { hours: 48 }).shared[0]?.reasons[0]?.text).toMatch(
      /, in 24 of 48 hours with each of the 2 servers$/,
    );
  });

  it('lists what nearly is one, with what speaks against it', () => {
    const { found, near } = find(all(inTier('app'), ['bigdb'], tcp(5432)));
    expect([found, near]).toEqual([[], []]);
    const { near: nearly } = find(all(EVERYBODY.slice(0, 90), ['bigdb'], tcp(5432)));
    expect(nearly).toEqual(['postgres servers: bigdb']);
  });

  it('keeps what a person confirmed together, and leaves out what was refused', () => {
    const extra = [...all(EVERYBODY, ['ns1'], udp(53)), ...all(hostsOf(1, 'app', 4), ['own'], tcp(7777))];
    const { numberOf } = find(extra);
    const sharedOf = new Map([
      [numberOf('own'), 'shared-service-1'],
      [numberOf('a01-web1'), 'shared-service-1'],
    ]);
    const { found, shared } = find(extra, { constraints: { sharedOf, notShared: new Set([numberOf('ns1')]) } });
    expect(found).toEqual(['7777/tcp servers: a01-web1 own']);
    expect(shared[0]?.confirmed).toBe('shared-service-1');
  });

  it.each<[string, Record<string, string>, string[], number?]>([
    ['spelled in two ways are one', { dc1: 'prod', dc2: 'Production', dc3: 'prd' }, ['directory: dc1 dc2 dc3']],
    [
      'do not meet in the widest of none',
      { dc2: 'prod', dc3: 'dev' },
      ['directory (dev): dc3', 'directory (prod): dc1 dc2'],
    ],
    ['are not looked at', { dc1: 'prod', dc2: 'dev', dc3: 'dev' }, ['directory: dc1 dc2 dc3'], 0],
  ])('environments of a shared service that %s', (_, env, expected, labelWeight = 1) => {
    const extra = [
      ...all(EVERYBODY, ['dc1'], tcp(389)),
      ...all(EVERYBODY.slice(0, 90), ['dc2'], tcp(389)),
      ...all(EVERYBODY.slice(18), ['dc3'], tcp(389)),
    ];
    const labels = Object.fromEntries(Object.entries(env).map(([id, environment]) => [id, { env: environment }]));
    expect(find(extra, { labels, labelWeight }).found).toEqual(expected);
  });

  it('takes nobody for a standby that is in another environment', () => {
    const extra = [
      ...all(EVERYBODY, ['dc1'], tcp(88)),
      ...all(['a01-web1', 'a05-app1', 'a09-db1', 'a11-web2'], ['dc2'], tcp(88)),
    ];
    const labelled = (env: string) => ({ labels: { dc1: { env: 'prod' }, dc2: { env } } });
    expect(find(extra, labelled('live')).found).toEqual(['directory: dc1 dc2']);
    expect(find(extra, labelled('dev')).found).toEqual(['directory: dc1']);
  });

  it('takes nobody for a standby of what is one by a person’s word alone', () => {
    const extra = [
      ...all(site(1, 1), ['dc1'], tcp(88)),
      ...all(['a01-web1', 'a05-app1', 'a09-db1', 'a11-web2'], ['dc2'], tcp(88)),
    ];
    const { found: alone, numberOf } = find(extra);
    expect(alone).toEqual([]);
    const sharedOf = new Map([[numberOf('dc1'), 'shared-service-1']]);
    expect(find(extra, { constraints: { sharedOf } }).found).toEqual(['directory: dc1']);
  });
});

function half2(): number[] {
  return numbers(APPLICATIONS).filter((n) => n % 2 === 0);
}
