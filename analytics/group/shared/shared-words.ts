import { groupBy } from '../../graph/group-by';
import type { Reason } from '../../model/topology';
import { serviceName } from '../../services';
import type { Evidence } from '../evidence';
import { percent } from '../figures';
import type { Hub, Offers } from './offers';
import { sizeOf } from './reach';
import { measureSpread } from './spread';
import type { Population, Standing } from './standing';

/** Workloads that offer the same things to the estate. */
export interface SharedService {
  /** Ascending. */
  readonly workloads: readonly number[];
  /** Of each workload, 0 to 1. */
  readonly confidences: readonly number[];
  /** Of the surest. */
  readonly confidence: number;
  /** Partners of its widest service, managed or not. */
  readonly reach: number;
  readonly name: string;
  readonly reasons: readonly Reason[];
  /** Id of the group as which it was confirmed. */
  readonly confirmed: string | null;
}

/** Of the services of a hub, those that are told. */
const MOST_SERVICES = 8;
/** In use for so much of the window by the median partner, it is programs that use it, not people … */
const ALL_DAY = 0.75;
/** … as far as a window shorter than this can tell. */
const DAY_HOURS = 24;
/** Log odds that count as much as a reason can. */
const CERTAIN = 8;

/** The purpose its ports tell; else its widest service's own name. */
export function nameService({ services }: Evidence, purpose: string | null, hubs: readonly Hub[]): string {
  if (purpose !== null) return purpose;
  const [widest] = [...hubs].sort((a, b) => sizeOf(b.end) - sizeOf(a.end) || a.end.service - b.end.service);
  const used = widest && services[widest.end.service];
  return used ? `${serviceName(used.service)} ${widest.side}s` : 'shared service';
}

/** What it rests on, in words with numbers, and what speaks against it. */
export function describeService(
  evidence: Evidence,
  population: Population,
  { offers, surest }: { readonly offers: readonly Offers[]; readonly surest: Standing | undefined },
): Pick<SharedService, 'reach' | 'reasons'> {
  const joint = [
    ...groupBy(
      offers.flatMap((own) => [...own]),
      ([key]) => key,
    ).values(),
  ]
    .map((same) => joinHubs(same.map(([, hub]) => hub)))
    .sort((a, b) => b.partners.size + b.strangers - a.partners.size - a.strangers || a.service - b.service);
  const lines = joint.slice(0, MOST_SERVICES).map((one) => reachReason(evidence, population, one));
  const [widest] = joint;
  return {
    reach: widest ? widest.partners.size + widest.strangers : 0,
    reasons: [...lines, ...(surest ? oddsReasons(population, surest) : [])],
  };
}

interface JointHub {
  readonly side: Hub['side'];
  readonly service: number;
  readonly partners: ReadonlySet<number>;
  readonly strangers: number;
  /** Of the workloads of the shared service, how many have a part in it. */
  readonly hubs: number;
  /** Between one of those and one partner. */
  readonly hours: number;
}

function joinHubs(hubs: readonly Hub[]): JointHub {
  const [first] = hubs;
  return {
    side: first?.side ?? 'server',
    service: first?.end.service ?? -1,
    partners: new Set(hubs.flatMap(({ end }) => end.partners)),
    // Who they are is not kept; at least those of the widest.
    strangers: Math.max(0, ...hubs.map(({ end }) => end.strangers)),
    hubs: hubs.length,
    hours: Math.max(0, ...hubs.map(({ end }) => end.hours)),
  };
}

function reachReason({ services, hours: window }: Evidence, population: Population, hub: JointHub): Reason {
  const { side, service, partners, strangers, hubs, hours } = hub;
  const used = services[service];
  const what = used ? `${serviceName(used.service)} (${used.key})` : '';
  const { partners: all, neighbourhoods: circles } = population.spread;
  const whom = [
    ...(partners.size > 0 ? [`${partners.size} of ${all} managed workloads`] : []),
    ...(strangers > 0 ? [`${strangers} others`] : []),
  ].join(' and ');
  const { neighbourhoods } = measureSpread(partners, population.neighbourhoods);
  const across = neighbourhoods > 1 ? ` across ${neighbourhoods} of ${circles} circles of hosts` : '';
  const allDay = window >= DAY_HOURS && hours >= ALL_DAY * window;
  // A partner that takes turns with several may be there at all hours, with each of them in few.
  const apiece = hubs > 1 ? `with each of the ${hubs} ${side}s` : 'each';
  const when = allDay ? ', all day' : `, in ${hours} of ${window} ${window === 1 ? 'hour' : 'hours'} ${apiece}`;
  return {
    text: `${side === 'server' ? 'serves' : 'uses'} ${what} ${side === 'server' ? 'to' : 'of'} ${whom}${across}${when}`,
    weight: Math.max(partners.size / Math.max(1, all), strangers / Math.max(1, population.strangers)),
  };
}

const PORTS_SAY: Readonly<Record<Standing['say'], string>> = {
  infrastructure: 'its ports are those of shared services',
  ambiguous: 'its ports are those of shared services, and of others',
  neutral: 'its ports tell nothing',
  application: 'its ports are those of parts of applications',
  peers: 'many other hosts offer the same',
};
/** What ports say is measured from what they say of hubs at their best. */
const BEST_PORTS = 0.5;

function oddsReasons(population: Population, { say, odds, spread }: Standing): Reason[] {
  const share = percent(spread.depth);
  const weigh = (value: number) => Math.max(-1, Math.min(1, value / CERTAIN));
  const told = say === 'infrastructure';
  const depth =
    odds.depth >= 1
      ? `${share} of those around a partner are partners too`
      : `only ${share} of those around a partner are partners too: others there do without`;
  return [
    { text: PORTS_SAY[say], weight: told ? BEST_PORTS : weigh(odds.ports) },
    ...(spread.partners > 0
      ? [{ text: depth, weight: odds.depth >= 1 ? weigh(odds.depth) : weigh(odds.depth - 1) }]
      : []),
    ...(spread.neighbourhoods > 0
      ? [
          {
            text: `its partners spread as over ${spread.effective.toFixed(1)} circles of hosts, all workloads as over ${population.spread.effective.toFixed(1)}`,
            weight: weigh(odds.breadth - 1),
          },
        ]
      : []),
    ...(odds.reach < 0
      ? [{ text: `only ${spread.partners} partners, which may be chance`, weight: weigh(odds.reach) }]
      : []),
  ];
}
