import { seededRng, type Rng } from '../graph/random';
import type { Dependency } from '../model/dependency';
import type { Service } from '../model/service';
import type { Workload } from '../model/workload';

/** How hard a generated estate is. Rates and shares are what the labelled networks show (docs: groups). */
export interface EstateProfile {
  readonly applications: number;
  /** Median hosts per tier; sizes are log-normal. */
  readonly tierSize: number;
  /** Two ports on which most pairs of managed hosts talk. */
  readonly mesh: boolean;
  /** Directory, time, logging, monitoring, backup, jump host. */
  readonly shared: boolean;
  /** Share of calls that go to any host of the same role in any application, as in build farms. */
  readonly wander: number;
  /** Median servers of a tier that one client uses; log-normal. */
  readonly fanOut: number;
  /** Median ports that one managed host in five hands out at random; log-normal, heavy-tailed. */
  readonly clutter: number;
  /** One-off dependencies per host, to anyone on any port. */
  readonly noise: number;
  /** Share of the dependencies that the sensors saw. */
  readonly coverage: number;
  /** Share of the hosts that the inventory knows. */
  readonly inventory: number;
}

export interface Truth {
  readonly application: string | null;
  readonly tier: string;
  readonly shared: boolean;
}

export interface GeneratedEstate {
  readonly workloads: readonly Workload[];
  readonly dependencies: readonly Dependency[];
  /** Managed workloads only. */
  readonly truth: ReadonlyMap<string, Truth>;
}

interface Tier {
  readonly application: string;
  readonly role: Role;
  readonly name: string;
  readonly hosts: readonly string[];
  readonly services: readonly Service[];
}

interface Role {
  readonly name: string;
  /** Where its services are drawn from; null is a port of the application's own. */
  readonly ports: readonly (number | null)[];
  /** Whether its hosts talk among themselves. */
  readonly peers: boolean;
}

const ROLES: readonly Role[] = [
  { name: 'web', ports: [443, 80, 8443, 8080], peers: false },
  { name: 'app', ports: [8080, 8443, 9000, null, null], peers: false },
  { name: 'db', ports: [5432, 3306, 1433, 1521, 27017], peers: true },
  { name: 'cache', ports: [6379, 11211, 9200], peers: true },
  { name: 'bus', ports: [9092, 5672, 61616], peers: true },
  { name: 'batch', ports: [null, 22], peers: false },
];

const SHARED: readonly {
  name: string;
  hosts: number;
  serves: readonly (readonly ['tcp' | 'udp', number])[];
  polls: readonly number[];
}[] = [
  {
    name: 'directory',
    hosts: 2,
    serves: [
      ['udp', 53],
      ['tcp', 88],
      ['tcp', 389],
      ['tcp', 445],
      ['udp', 123],
    ],
    polls: [],
  },
  { name: 'logging', hosts: 1, serves: [['udp', 514]], polls: [] },
  { name: 'monitoring', hosts: 1, serves: [['tcp', 3000]], polls: [9100] },
  { name: 'backup', hosts: 1, serves: [['tcp', 9103]], polls: [9102] },
  { name: 'patching', hosts: 1, serves: [['tcp', 8530]], polls: [] },
  { name: 'jump', hosts: 1, serves: [], polls: [22, 3389] },
];

const MESH_PORT = 17_001;

export const tcp = (port: number): Service => ({ kind: 'port', protocol: 6, port });
export const udp = (port: number): Service => ({ kind: 'port', protocol: 17, port });

export function managed(id: string, labels: Readonly<Record<string, string>> = {}): Workload {
  return { id, name: id, kind: 'managed', addresses: [], labels };
}

/** An answered dependency; `connections` also stands for packets. */
export function dependency(client: string, server: string, service: Service, connections = 100): Dependency {
  return {
    client,
    server,
    service,
    ports: service.kind === 'port' ? [service.port] : [],
    connections,
    established: connections,
    denied: 0,
    packets: connections * 10,
    bytes: connections * 5_000,
    hours: 24,
    firstSeen: 0,
    lastSeen: 86_400,
    direction: 1,
    confidence: 0.99,
    reporters: [],
  };
}

/** An estate of applications of tiers whose names and addresses give nothing away. Same seed, same estate. */
export function generateEstate(profile: EstateProfile, seed: number): GeneratedEstate {
  const rng = seededRng(seed);
  const truth = new Map<string, Truth>();
  const links = new Map<string, Dependency>();
  const connect = (client: string, server: string, service: Service, medianConnections = 50) => {
    if (client === server || rng() > profile.coverage) return;
    const found = dependency(client, server, service, Math.ceil(logNormal(rng, medianConnections, 2)));
    const key = service.kind === 'port' ? `${service.protocol}/${service.port}` : service.kind;
    links.set(`${client} ${server} ${key}`, found);
  };
  let serial = 0;
  const newHost = (application: string | null, tier: string, shared: boolean) => {
    const id = `h${String((serial++ * 7919) % 100_003).padStart(6, '0')}`;
    truth.set(id, { application, tier, shared });
    return id;
  };

  const tiers = drawTiers(profile, rng, (application, tier) => newHost(application, tier, false));
  const users = Array.from({ length: 200 + 2 * profile.applications }, (_, i) => `user${i}`);
  const internet = Array.from({ length: 20 }, (_, i) => `net${i}`);
  for (const [index, tier] of tiers.entries()) {
    const own = tiers.filter((other) => other.application === tier.application);
    const position = own.indexOf(tier);
    if (position === 0)
      for (const user of sample(rng, users, Math.ceil(logNormal(rng, 15, 1.2)))) serve(tier, [user], 0.8);
    if (rng() < 0.4)
      for (const host of tier.hosts) for (const far of sample(rng, internet, 2)) connect(host, far, tcp(443));
    if (tier.role.peers) serve(tier, tier.hosts, 0.8);
    for (const target of own.slice(position + 1)) if (target === own[position + 1] || rng() < 0.35) call(tier, target);
    // One call in ten crosses to another application's front, as a client of its interface.
    if (rng() < 0.1) call(tier, pick(rng, tiers.slice(0, index + 1)));
  }

  function call(from: Tier, to: Tier): void {
    const sameRole = tiers.filter(({ role }) => role === to.role);
    for (const client of from.hosts) {
      for (const server of sample(rng, to.hosts, Math.ceil(logNormal(rng, profile.fanOut, 1)))) {
        const actual = rng() < profile.wander ? pick(rng, pick(rng, sameRole).hosts) : server;
        for (const service of to.services) if (rng() < 0.85) connect(client, actual, service);
      }
    }
  }

  function serve(tier: Tier, clients: readonly string[], density: number): void {
    for (const client of clients) {
      for (const server of tier.hosts) {
        for (const service of tier.services) if (rng() < density) connect(client, server, service);
      }
    }
  }

  const hosts = tiers.flatMap((tier) => tier.hosts);
  if (profile.shared) {
    for (const { name, hosts: count, serves, polls } of SHARED) {
      const servers = Array.from({ length: count }, () => newHost(null, name, true));
      for (const host of hosts) {
        for (const [transport, port] of serves) {
          if (rng() < 0.85) connect(host, pick(rng, servers), transport === 'tcp' ? tcp(port) : udp(port));
        }
        for (const port of polls) if (rng() < 0.9) connect(pick(rng, servers), host, tcp(port));
      }
    }
  }
  const everyone = [...truth.keys()];
  for (const host of everyone) {
    if (profile.mesh) {
      for (const other of everyone) {
        if (rng() < 0.7) connect(host, other, tcp(MESH_PORT));
        if (rng() < 0.6) connect(host, other, udp(MESH_PORT));
      }
    }
    for (let left = profile.noise * 2 * rng(); left > rng(); left--) {
      const port = rng() < 0.5 ? pick(rng, [22, 443, 445, 8080]) : 1024 + Math.floor(rng() * 60_000);
      connect(host, pick(rng, everyone), tcp(port), 1);
    }
  }
  if (profile.clutter > 0) {
    const handedOut = new Map(
      everyone.map((host) => {
        const count = rng() < 0.2 ? logNormal(rng, profile.clutter, 1.5) : 0;
        return [host, Array.from({ length: count }, () => tcp(32_768 + Math.floor(rng() * 28_000)))];
      }),
    );
    const inUse = [...links.values()].filter(({ ports }) => rng() < (ports[0] === MESH_PORT ? 0.03 : 0.3));
    const pairs = new Set(inUse.map(({ client, server }) => `${client} ${server}`));
    for (const pair of pairs) {
      const [client = '', server = ''] = pair.split(' ');
      const pool = handedOut.get(server) ?? [];
      for (const service of sample(rng, pool, logNormal(rng, pool.length / 5, 1))) connect(client, server, service);
    }
  }
  const others: Workload[] = [
    ...users.map((id): Workload => ({ ...managed(id), kind: 'unknown' })),
    ...internet.map((id): Workload => ({ ...managed(id), kind: 'external' })),
  ];
  for (const id of everyone) {
    if (rng() < profile.inventory) continue;
    truth.delete(id);
    others.push({ ...managed(id), kind: 'unknown' });
  }
  const known = [...truth.keys()].map((id) => managed(id));
  return { workloads: [...known, ...others], dependencies: [...links.values()], truth };
}

function drawTiers(profile: EstateProfile, rng: Rng, newHost: (application: string, tier: string) => string): Tier[] {
  return Array.from({ length: profile.applications }, (_, a) => `app${a}`).flatMap((application) => {
    const count = 1 + Math.floor(rng() * 4);
    return Array.from({ length: count }, (_, t): Tier => {
      const role = t < 3 && count <= 3 ? (ROLES[t] ?? pick(rng, ROLES)) : pick(rng, ROLES);
      const name = `${application}.${t}.${role.name}`;
      const size = Math.max(1, Math.round(logNormal(rng, profile.tierSize, 0.8)));
      const services = sample(rng, role.ports, 1 + Math.floor(rng() * 2)).map((port) =>
        tcp(port ?? 1024 + Math.floor(rng() * 30_000)),
      );
      return {
        application,
        role,
        name,
        services,
        hosts: Array.from({ length: size }, () => newHost(application, name)),
      };
    });
  });
}

function logNormal(rng: Rng, median: number, sigma: number): number {
  return median * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng()));
}

function pick<T>(rng: Rng, from: readonly T[]): T {
  const chosen = from[Math.floor(rng() * from.length)];
  if (chosen === undefined) throw new RangeError('nothing to pick from');
  return chosen;
}

function sample<T>(rng: Rng, from: readonly T[], count: number): T[] {
  const rest = [...from];
  return Array.from({ length: Math.min(count, from.length) }, () =>
    rest.splice(Math.floor(rng() * rest.length), 1),
  ).flat();
}
