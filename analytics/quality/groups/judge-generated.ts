import { groupWorkloads } from '../../group';
import { adjustedMutualInformation } from '../mutual-information';
import { louvainRuns, meanAgreement } from './baselines';
import { estateFor, observeEstate, type NetworkOptions } from './generated-network';
import type { Report } from './report';
import { finalGroups, scoreTopology } from './topology-scores';

/** Others than those on which parameters are chosen. */
const SEED = 7;
const LEVELS = ['clean', 'field', 'poor'] as const;
const SIZES: readonly { readonly hosts: number; readonly levels: readonly (typeof LEVELS)[number][] }[] = [
  { hosts: 300, levels: LEVELS },
  { hosts: 1_000, levels: LEVELS },
  { hosts: 3_000, levels: ['field'] },
  { hosts: 10_000, levels: ['field'] },
];
const PUBLISHED = ['g21-like', 'g22-like'] as const;

/** Generated estates without labels, at each level of coverage, plain Louvain beside; one with labels; two days of one. */
export function judgeGenerated(report: Report): void {
  judge('300-field-labelled', { hosts: 300, seed: SEED, level: 'field', labelled: true }, report);
  report('300-field ami-next-day', nextDay({ hosts: 300, seed: SEED, level: 'field' }), 'index');
  for (const profile of PUBLISHED) judge(`${profile}-clean`, { profile, seed: SEED, level: 'clean' }, report);
  for (const { hosts, levels } of SIZES) {
    for (const level of levels) judge(`${hosts}-${level}`, { hosts, seed: SEED, level }, report);
  }
}

function judge(name: string, options: NetworkOptions, report: Report): void {
  const { truth, ...input } = observeEstate(estateFor(options), options);
  const scores = scoreTopology(groupWorkloads(input), truth);
  const of = (metric: string, value: number) => report(`${name} ${metric}`, value, 'index');
  of('ari', scores.ari);
  of('apps-ari', scores.appsAri);
  of('tiers-ari', scores.tiersAri);
  of('roles-ari', scores.rolesAri);
  of('shared-precision', scores.sharedPrecision);
  of('shared-recall', scores.sharedRecall);
  const owned = [...truth].filter(([, { placeable }]) => placeable);
  const runs = louvainRuns(input.dependencies);
  of('apps-ari-louvain', meanAgreement(new Map(owned.map(([id, { application }]) => [id, application ?? ''])), runs));
  of('tiers-ari-louvain', meanAgreement(new Map(owned.map(([id, { tier }]) => [id, tier])), runs));
}

/** How alike the groups of two consecutive days are, the second run knowing the first: over hosts seen on both. */
function nextDay(options: NetworkOptions): number {
  const estate = estateFor(options);
  const [first, second] = [2, 3].map((day) => observeEstate(estate, { ...options, day }));
  if (!first || !second) return Number.NaN;
  const previous = groupWorkloads(first);
  const [before, after] = [previous, groupWorkloads({ ...second, previous })].map(finalGroups);
  const hosts = [...first.truth.keys()].filter((id) => second.truth.has(id));
  const groupsOf = (found: ReadonlyMap<string, string> | undefined) => hosts.map((host) => found?.get(host) ?? host);
  return adjustedMutualInformation(groupsOf(before), groupsOf(after));
}
