import { generateEstate, generateFlows, truthOf, type Connection, type Estate } from '../../../fixtures/generate';
import { plainLouvain, profileBaselines, type Contact, type Labels } from '../groups/baselines';
import { exactRuleDenials } from './exact-rules';
import { figuresOf, type Figure } from './figures';
import { HourlyEdges, type Edge } from './hourly-edges';

export interface Calibration {
  readonly hosts: number;
  readonly edges: number;
  readonly figures: Readonly<Record<Figure, number>>;
  /** Adjusted Rand index of Louvain at its default resolution against the true groups. */
  readonly louvain: number;
  /** The same of average link over ports, and over neighbours; null where the estate is too large for it. */
  readonly ports: number | null;
  readonly neighbours: number | null;
  /** Share of the second day's edges that exact rules learned on the first would deny; none of a single day. */
  readonly denied: number;
}

interface Window {
  /** From 1, both included. */
  readonly days: number;
  /** Of each day: hours after midnight. */
  readonly from: number;
  readonly hours: number;
}

const HOUR = 3_600_000;
const HOURS_A_DAY = 24;

/** g21 was published as four whole days. */
export function calibrateG21(seed: number): Calibration {
  return calibrate(generateEstate({ seed, profile: 'g21-like' }), { days: 4, from: 0, hours: HOURS_A_DAY });
}

/** g22 as sessions of 13 hours on different days; what an edge is like is read from the first. */
export function calibrateG22(estate: Estate, days = 2): Calibration {
  return calibrate(estate, { days, from: 6, hours: 13 });
}

function calibrate(estate: Estate, window: Window): Calibration {
  const observed = HourlyEdges.of(connections(estate, window), estate.start);
  const watched = window.hours === HOURS_A_DAY ? window.days * HOURS_A_DAY : window.hours;
  const edges = during(observed.edges, window.from, window.from + watched);
  const labels = labelsOf(estate, observed.hosts);
  const nameOf = (host: number) => observed.hosts[host] ?? '';
  const contacts = edges.map(({ client, server, protocol, port }): Contact => ({
    client: nameOf(client),
    server: nameOf(server),
    service: { kind: 'port', protocol, port },
  }));
  return {
    hosts: observed.hosts.length,
    edges: edges.length,
    figures: figuresOf(edges, watched),
    louvain: plainLouvain(contacts, labels),
    ...(profileBaselines(contacts, labels) ?? { ports: null, neighbours: null }),
    denied: exactRuleDenials(
      during(observed.edges, 0, 2 * HOURS_A_DAY),
      HOURS_A_DAY,
      ({ client, server }) => labels.has(nameOf(client)) || labels.has(nameOf(server)),
    ),
  };
}

function* connections(estate: Estate, { days, from, hours }: Window): Generator<Connection> {
  for (let day = 1; day <= days; day++) {
    yield* generateFlows(estate, {
      seed: estate.seed,
      day,
      from: (from * HOUR) / 1000,
      seconds: (hours * HOUR) / 1000,
    });
  }
}

/** Edges as seen from one hour up to another. */
function during(edges: readonly Edge[], from: number, until: number): Edge[] {
  return edges.flatMap((edge) => {
    const hours = new Set([...edge.hours].filter((hour) => hour >= from && hour < until));
    return hours.size > 0 ? [{ ...edge, hours }] : [];
  });
}

/** True groups of the managed hosts that were seen. */
function labelsOf(estate: Estate, hosts: readonly string[]): Labels {
  const seen = new Set(hosts);
  const truth = truthOf(estate);
  const groups = new Map(truth.hosts.map(({ id, group, managed }) => [id, managed ? group : null]));
  return new Map(
    truth.tenures.flatMap(({ address, host }) => {
      const group = groups.get(host);
      return seen.has(address) && group ? [[address, group] as const] : [];
    }),
  );
}
