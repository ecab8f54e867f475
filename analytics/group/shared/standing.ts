import type { Evidence, Use } from '../evidence';
import type { Neighbourhoods } from './neighbourhoods';
import { signature, tagsOf, type Side } from '../purpose';
import { LEAST_REACH, sizeOf, type End, type Reach } from './reach';
import { measureSpread, type Spread } from './spread';

/** How far a host is there for everybody on one side of what it does, and what that rests on. */
export interface Standing {
  readonly workload: number;
  readonly side: Side;
  /** What it is there with, widest first. */
  readonly ends: readonly End[];
  readonly spread: Spread;
  /** 0 to 1; from one half on it provides a shared service. */
  readonly confidence: number;
  /** What its ports are usually for. */
  readonly say: PortsSay;
  /** In log odds; they add up to the confidence. */
  readonly odds: Odds;
}

interface Odds {
  readonly ports: number;
  readonly depth: number;
  readonly breadth: number;
  readonly reach: number;
}

/** What ports, depth and breadth count for, in log odds. Chosen on generated estates (docs: groups). */
const PORTS = { infrastructure: -1.5, ambiguous: -3, neutral: -4.5, application: -8.5, peers: -8.5 } as const;
type PortsSay = keyof typeof PORTS;
const TELLING: ReadonlySet<PortsSay> = new Set<PortsSay>(['infrastructure', 'ambiguous']);
const DEPTH = 4;
const BREADTH = 5;
/** Fewer partners than this may be chance; without a port that tells, fewer than this share of the managed workloads. */
const ENOUGH_PARTNERS = 12;
const ENOUGH_UNTOLD = 0.1;
/** An end counts as one of a hub when it has so many times the partners that they have on the same service. */
const FEW_SERVE_MANY = 3;
/**
 * Where more hosts than this, and than this share of the managed, are hubs of one service, they are peers. Popularity is
 * log-normal in farms, so those with a twentieth of a hub's partners count.
 */
const MOST_HUBS = 5;
const MOST_HUB_SHARE = 0.02;
const COMPARABLE = 0.05;
/** Beside the widest end of a host without telling ports, those of at least this share of it. */
const LEAST_OF_WIDEST = 0.2;
/** Across so many neighbourhoods, being used by most of each is no accident; telling ports need only two. */
const CERTAIN_NEIGHBOURHOODS = { told: 2, untold: 3 } as const;
/** Services that clients nobody manages use like everybody else: for them alone there may be a server. */
const FOR_CLIENTS = new Set(['dhcp', 'dns', 'proxy']);
const CLIENTS_SHARE = 0.3;
const LEAST_CLIENTS = 10;

export interface Population {
  readonly neighbourhoods: Neighbourhoods;
  /** Of the managed workloads seen in the traffic. */
  readonly spread: Spread;
  /** Clients that nobody manages. */
  readonly strangers: number;
  /** By service: how many servers its average client has, and clients its average server. */
  readonly fan: Readonly<Record<Side, Float64Array>>;
  /** By service: how many managed partners its hubs have, fewest first. */
  readonly hubs: Readonly<Record<Side, ReadonlyMap<number, readonly number[]>>>;
}

/** What hosts are judged against. */
export function surveyPopulation(
  evidence: Evidence,
  uses: readonly Use[],
  reaches: readonly Reach[],
  neighbourhoods: Neighbourhoods,
): Population {
  const { isManaged, workloads, services } = evidence;
  const seen = new Set<number>();
  const strangers = new Set<number>();
  const ends = { server: new Set<number>(), client: new Set<number>() };
  const pairs = new Float64Array(services.length);
  const hosts = { server: new Float64Array(services.length), client: new Float64Array(services.length) };
  for (const { client, server, service } of uses) {
    if (workloads[client]?.kind === 'external' || workloads[server]?.kind === 'external') continue;
    for (const workload of [client, server]) if (isManaged(workload)) seen.add(workload);
    if (!isManaged(client)) strangers.add(client);
    pairs[service] = (pairs[service] ?? 0) + 1;
    for (const [side, workload] of [
      ['server', server],
      ['client', client],
    ] as const) {
      const key = workload * services.length + service;
      if (ends[side].has(key)) continue;
      ends[side].add(key);
      hosts[side][service] = (hosts[side][service] ?? 0) + 1;
    }
  }
  const per = (side: Side) => pairs.map((count, service) => count / Math.max(1, hosts[side][service] ?? 1));
  // A server is told from a peer by what its clients have, and the other way round.
  const fan = { server: per('client'), client: per('server') };
  const hubs = { server: new Map<number, number[]>(), client: new Map<number, number[]>() };
  for (const reach of reaches) {
    for (const { service, partners } of hubEnds({ fan }, reach)) {
      const of = hubs[reach.side].get(service);
      if (of) of.push(partners.length);
      else hubs[reach.side].set(service, [partners.length]);
    }
  }
  for (const side of [hubs.server, hubs.client]) for (const sizes of side.values()) sizes.sort((a, b) => a - b);
  return {
    neighbourhoods,
    spread: measureSpread(seen, neighbourhoods),
    strangers: strangers.size,
    fan,
    hubs,
  };
}

/** The ends of a host at which few serve many. */
export function hubEnds({ fan }: Pick<Population, 'fan'>, { side, ends }: Reach): End[] {
  return ends.filter((end) => sizeOf(end) >= FEW_SERVE_MANY * (fan[side][end.service] ?? 0));
}

/** @returns undefined for a host that is nobody's hub */
export function judge(evidence: Evidence, population: Population, reach: Reach): Standing | undefined {
  const { workload, side } = reach;
  const hubs = hubEnds(population, reach);
  const telling = hubs.filter((end) => TELLING.has(portsOf(evidence, population, end, side)));
  const widest = Math.max(0, ...hubs.map(({ partners }) => partners.length));
  const wide = hubs.filter(({ partners }) => partners.length >= LEAST_OF_WIDEST * widest);
  const standings = [telling, wide]
    .filter((some) => some.length > 0)
    .map((some) => weigh(evidence, population, { workload, side, ends: some }));
  return standings.sort((a, b) => b.confidence - a.confidence)[0];
}

function weigh(evidence: Evidence, population: Population, { workload, side, ends }: Reach): Standing {
  // One telling port is enough; of others, the one most partners use says what a host is for.
  const says = ends.map((end) => portsOf(evidence, population, end, side));
  const say = (['infrastructure', 'ambiguous'] as const).find((each) => says.includes(each)) ?? says[0] ?? 'neutral';
  const told = TELLING.has(say);
  const partners = new Set(ends.flatMap((end) => end.partners));
  const spread = measureSpread(partners, population.neighbourhoods);
  const certainty = CERTAIN_NEIGHBOURHOODS[told ? 'told' : 'untold'] - 1;
  const across = Math.min(1, Math.max(0, (spread.effective - 1) / certainty));
  const clients = shareOfClients(evidence, population, side, ends);
  const enough = told ? ENOUGH_PARTNERS : Math.max(ENOUGH_PARTNERS, ENOUGH_UNTOLD * population.spread.partners);
  const odds = {
    ports: PORTS[say],
    depth: DEPTH * Math.max(across * spread.depth, clients),
    breadth:
      BREADTH * Math.max(across * Math.min(1, spread.effective / Math.max(1, population.spread.effective)), clients),
    reach: clients > 0 ? 0 : Math.min(0, Math.log(Math.max(1, spread.partners) / enough)),
  };
  const sum = Object.values(odds).reduce((a, b) => a + b, 0);
  return {
    workload,
    side,
    ends,
    spread,
    say,
    odds,
    confidence: spread.partners < LEAST_REACH && clients === 0 ? 0 : 1 / (1 + Math.exp(-sum)),
  };
}

function portsOf(evidence: Evidence, { hubs, spread }: Population, { service, partners }: End, side: Side): PortsSay {
  const used = evidence.services[service];
  if (!used) return 'neutral';
  const most = Math.max(MOST_HUBS, Math.floor(MOST_HUB_SHARE * spread.partners));
  const comparable = hubs[side].get(service)?.at(-most - 1) ?? 0;
  if (comparable >= Math.max(LEAST_REACH, COMPARABLE * partners.length)) return 'peers';
  const sign = signature(used, side);
  if (sign === 1) return tagsOf(used).some((tag) => tag === 'admin' || tag === 'web') ? 'ambiguous' : 'infrastructure';
  return sign === -1 ? 'application' : 'neutral';
}

/** Of the clients that nobody manages, the share that a server of theirs has; 0 where that says nothing. */
function shareOfClients(evidence: Evidence, { strangers }: Population, side: Side, ends: readonly End[]): number {
  if (side === 'client' || strangers < LEAST_CLIENTS) return 0;
  const shares = ends
    .filter(({ service }) => evidence.services[service]?.known?.tags.some((tag) => FOR_CLIENTS.has(tag)) === true)
    .map((end) => end.strangers / strangers);
  const share = Math.max(0, ...shares);
  return share >= CLIENTS_SHARE ? share : 0;
}
