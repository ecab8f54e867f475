import { groupBy } from '../../graph/group-by';
import { agree, canonicalEnvironment } from '../applications/environments';
import { UNCONSTRAINED, type Constraints } from '../constraints';
import type { Evidence, Use } from '../evidence';
import { findNeighbourhoods } from './neighbourhoods';
import { likeness, offersOf, purposeOfHubs, type Offers } from './offers';
import { findReaches, LEAST_REACH } from './reach';
import { describeService, nameService, type SharedService } from './shared-words';
import { addStandbys, findShellUsers } from './standbys';
import { hubEnds, judge, surveyPopulation, type Population, type Standing } from './standing';

export interface SharedServices {
  /** Widest reach first. */
  readonly shared: readonly SharedService[];
  /** What nearly is one, the surest first; a person may confirm it. */
  readonly nearly: readonly SharedService[];
}

/** Confidence from which a host provides a shared service, and from which it is worth a person's look. */
const LEAST_CONFIDENCE = 0.5;
const NEARLY = 0.2;
const MOST_NEARLY = 20;
/** In a farm thousands may nearly be hubs: the surest are looked at. */
const MOST_NEAR_HOSTS = 200;
/** How alike hosts of one service are in what they offer: of the same purpose, or whatever that is. */
const ALIKE = { purpose: 0.6, otherwise: 0.9 } as const;
/** With its partners all in one circle, a host is part of an application rather than a standby. */
const LEAST_CIRCLES = 2;

/** A service in the making. */
interface Draft {
  readonly confirmed: string | null;
  readonly confidences: Map<number, number>;
  readonly offers: Offers;
  readonly purpose: string | null;
  /** Of the first of its workloads that is in one. */
  environment: string | null;
}

/**
 * Few hosts that much of the estate uses, or that use much of the estate, across applications; hosts that offer the same
 * are one service, one for each environment they are in.
 *
 * @param uses without scanners and meshes; whose were answered tell who serves and uses what, all of them who is near whom
 * @param environments by workload number
 */
export function findSharedServices(
  evidence: Evidence,
  uses: readonly Use[],
  environments: readonly (string | null)[],
  constraints: Constraints = UNCONSTRAINED,
  seed = 1,
): SharedServices {
  const answered = uses.filter((use) => use.answered);
  const reaches = findReaches(evidence, answered);
  const population = surveyPopulation(evidence, answered, reaches, findNeighbourhoods(evidence, uses, seed));
  const offers = new Map<number, Offers>();
  const best = new Map<number, Standing>();
  for (const reach of reaches) {
    const { workload } = reach;
    offersOf(offers, workload, reach.side, hubEnds(population, reach));
    const standing = judge(evidence, population, reach);
    if (standing && standing.confidence > (best.get(workload)?.confidence ?? 0)) best.set(workload, standing);
  }
  const open = [...best.values()]
    .filter(({ workload }) => !constraints.sharedOf.has(workload) && !constraints.notShared.has(workload))
    .sort((a, b) => b.spread.partners - a.spread.partners || a.workload - b.workload);
  const hubs = open.filter(isHub);
  const environmentOf = (workload: number) => environments[workload] ?? null;
  const setting = { evidence, offers, environmentOf };
  const drafts = decidedDrafts(setting, constraints, hubs);
  const decided = new Set(drafts.flatMap(({ confidences }) => [...confidences.keys()]));
  for (const standing of hubs) if (!decided.has(standing.workload)) place(setting, drafts, standing);
  // What is one by a person's word alone is who they named.
  const found = drafts.filter(({ confidences }) =>
    [...confidences.keys()].some((workload) => isHub(best.get(workload))),
  );
  const isFree = (workload: number) => !constraints.sharedOf.has(workload) && !constraints.notShared.has(workload);
  addStandbys(evidence, found, offers, {
    isFree,
    isAcross: (workload) => {
      const spread = best.get(workload)?.spread;
      return spread === undefined || spread.partners < LEAST_REACH || spread.effective >= LEAST_CIRCLES;
    },
    opensShells: findShellUsers(evidence, reaches),
    environmentOf,
  });
  const taken = new Set(drafts.flatMap(({ confidences }) => [...confidences.keys()]));
  const near: Draft[] = [];
  const nearly = open
    .filter(({ workload, confidence }) => confidence >= NEARLY && !taken.has(workload))
    .sort((a, b) => b.confidence - a.confidence || a.workload - b.workload)
    .slice(0, MOST_NEAR_HOSTS);
  for (const standing of nearly) place(setting, near, standing);
  return {
    shared: finish(evidence, population, drafts, best, offers).sort((a, b) => b.reach - a.reach || first(a) - first(b)),
    nearly: finish(evidence, population, near, best, offers)
      .sort((a, b) => b.confidence - a.confidence || first(a) - first(b))
      .slice(0, MOST_NEARLY),
  };
}

function isHub(standing: Standing | undefined): boolean {
  return standing !== undefined && standing.confidence >= LEAST_CONFIDENCE;
}

interface Setting {
  readonly evidence: Evidence;
  readonly offers: ReadonlyMap<number, Offers>;
  readonly environmentOf: (workload: number) => string | null;
}

/** Services that people put somebody into, with those who provided them before, if the traffic says that they still do. */
function decidedDrafts(
  { evidence, offers, environmentOf }: Setting,
  { sharedOf, anchors }: Constraints,
  hubs: readonly Standing[],
): Draft[] {
  const anchored = groupBy(hubs, ({ workload }) => anchors.shared.get(workload));
  return [
    ...groupBy(
      [...sharedOf.keys()].sort((a, b) => a - b),
      (workload) => sharedOf.get(workload) ?? '',
    ),
  ].map(([confirmed, workloads]) => {
    const environment = firstOf(workloads);
    const own = (anchored.get(confirmed) ?? []).filter(({ workload }) => agree(environmentOf(workload), environment));
    // Who was put there may offer anything: what the service is, the others say.
    const telling = own.length > 0 ? own.map(({ workload }) => workload) : workloads;
    const together: Offers = new Map();
    for (const workload of telling) for (const [key, end] of offers.get(workload) ?? []) together.set(key, end);
    return {
      confirmed,
      confidences: new Map([
        ...workloads.map((workload) => [workload, 1] as const),
        ...own.map(({ workload, confidence }) => [workload, confidence] as const),
      ]),
      offers: together,
      purpose: purposeOfHubs(evidence, [...together.values()]),
      environment: environment ?? firstOf(own.map(({ workload }) => workload)),
    };
  });

  function firstOf(workloads: readonly number[]): string | null {
    return workloads.map(environmentOf).find((environment) => environment !== null) ?? null;
  }
}

/** Into the first service that offers the same, or one of its own: the widest comes first and stands for the others. */
function place(
  { evidence, offers, environmentOf }: Setting,
  drafts: Draft[],
  { workload, confidence }: Standing,
): void {
  const own: Offers = offers.get(workload) ?? new Map();
  const purpose = purposeOfHubs(evidence, [...own.values()]);
  const environment = environmentOf(workload);
  const draft = drafts.find(
    (each) =>
      agree(each.environment, environment) &&
      likeness(own, each.offers) >= (each.purpose === purpose ? ALIKE.purpose : ALIKE.otherwise),
  );
  if (draft) join(draft, workload, confidence, environment);
  else
    drafts.push({ confirmed: null, confidences: new Map([[workload, confidence]]), offers: own, purpose, environment });
}

function join(draft: Draft, workload: number, confidence: number, environment: string | null): void {
  draft.confidences.set(workload, confidence);
  draft.environment ??= environment;
}

function finish(
  evidence: Evidence,
  population: Population,
  drafts: readonly Draft[],
  best: ReadonlyMap<number, Standing>,
  offers: ReadonlyMap<number, Offers>,
): SharedService[] {
  const names = drafts.map(({ purpose, offers: own }) => nameService(evidence, purpose, [...own.values()]));
  return drafts.map(({ confirmed, confidences, environment }, at) => {
    const workloads = [...confidences.keys()].sort((a, b) => a - b);
    const name = names[at] ?? '';
    const comparable = canonicalEnvironment(environment ?? '');
    const twins = drafts.some(
      (each, n) => n !== at && names[n] === name && canonicalEnvironment(each.environment ?? '') !== comparable,
    );
    return {
      ...describeService(evidence, population, {
        offers: workloads.map((workload) => offers.get(workload) ?? new Map()),
        surest: workloads
          .flatMap((workload) => best.get(workload) ?? [])
          .reduce<Standing | undefined>((a, b) => (a && a.confidence >= b.confidence ? a : b), undefined),
      }),
      workloads,
      confidences: workloads.map((workload) => confidences.get(workload) ?? 0),
      confidence: Math.max(...confidences.values()),
      name: twins && environment !== null ? `${name} (${environment})` : name,
      confirmed,
    };
  });
}

function first({ workloads }: SharedService): number {
  return workloads[0] ?? -1;
}
