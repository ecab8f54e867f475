import { compareText } from '../../ingest/kernel/text';
import { contentId } from '../model/identity';
import { rulesInOrder } from '../model/decide';
import type { Policy, Rule, Selector } from '../model/policy';
import { Coverage } from './coverage';
import { Heap } from './heap';
import { lanesOf } from './lanes';
import { surveyLandscape } from './landscape';
import { mergeCosts, type Cluster, type Cost, type MergeCosts } from './merge-costs';
import { rulesOf } from './merged-rule';
import { openedBy, openedWords, type Reach } from './opened';
import type { Seen } from './seen';

/** Two rules become one. */
export interface MergeStep {
  /** Rules that the policy has left. */
  readonly rules: number;
  /** Pairs of a known client and another's service that its rules open, each counted once. */
  readonly open: number;
  /** 0 to 1, as a replay of the same traffic counts it: of managed clients, what they leave open of all there is. */
  readonly surface: number;
  /** Section id. */
  readonly section: string;
  /** What the one admits that neither of the two did; none for an exact merge. */
  readonly extra: readonly Reach[];
  /** "batch may now reach db on 22/tcp (4 combinations)"; empty for an exact merge. */
  readonly words: string;
}

/** All merges of a policy's rules, from as they are to as few as they can be; those that open nothing come first. */
export interface MergePath {
  /** Of the policy as it was. */
  readonly rules: number;
  readonly open: number;
  readonly surface: number;
  readonly steps: readonly MergeStep[];
  /** The policy after the first so many steps. */
  after(steps: number): Policy;
}

interface Candidate {
  readonly lane: LaneClusters;
  readonly cost: Cost;
  readonly a: Cluster;
  readonly b: Cluster;
}

/**
 * Greedy: always the merge next that opens least. Only rules with equal sources or equal destinations are merged, so
 * that a rule stays one sentence.
 */
export function mergePath(policy: Policy, seen: Seen): MergePath {
  const landscape = surveyLandscape(policy, seen);
  const coverage = new Coverage(landscape);
  const rules = rulesInOrder(policy);
  for (const { action, alertOnly, sources, destinations, services } of rules)
    if (action === 'allow' && !alertOnly)
      coverage.add(landscape.clientsOf(sources), landscape.targetsOf(destinations, services));
  const { clients: everyone, targets: everything } = landscape.everything;
  const possible = landscape.attackable(everyone, everything);
  const surfaceNow = () => (possible === 0 ? 0 : coverage.surface / possible);
  const [open, surface] = [coverage.open, surfaceNow()];

  const rank = ranks(policy);
  const lanes = lanesOf(policy, seen).map(
    (lane) =>
      new LaneClusters(
        lane.section,
        mergeCosts(lane, landscape, seen.administers),
        lane.rules.map((rule) => ({ rule, number: rank.get(rule) ?? 0 })),
      ),
  );
  const singles = lanes.flatMap((lane) => [...lane.clusters].map((cluster) => ({ lane, cluster })));
  const heap = new Heap<Candidate>(byCost);
  const propose = (lane: LaneClusters, a: Cluster): void => {
    const best = lane.bestFor(a);
    if (best) heap.push(best);
  };
  for (const { lane, cluster } of singles) propose(lane, cluster);

  const nameOf = namesOf(policy);
  const steps: MergeStep[] = [];
  const merges: { readonly from: readonly [Cluster, Cluster]; readonly into: Cluster }[] = [];
  for (let next = heap.pop(); next; next = heap.pop()) {
    const { lane, a, b } = next;
    if (!lane.clusters.has(a)) continue;
    if (!lane.clusters.has(b)) {
      propose(lane, a);
      continue;
    }
    const into = lane.merge(a, b);
    propose(lane, into);
    merges.push({ from: [a, b], into });
    coverage.add(into.clients, into.targets);
    const extra = openedBy([a.reach, b.reach]);
    steps.push({
      rules: rules.length - merges.length,
      open: coverage.open,
      surface: surfaceNow(),
      section: lane.section,
      extra,
      words: extra.map((reach) => openedWords(reach, landscape, nameOf)).join('; '),
    });
  }

  return {
    rules: rules.length,
    open,
    surface,
    steps,
    after(count) {
      const left = new Set(singles.map(({ cluster }) => cluster));
      for (const { from, into } of merges.slice(0, count)) {
        for (const each of from) left.delete(each);
        left.add(into);
      }
      const merged = new Map<Rule, readonly Rule[]>();
      for (const cluster of left) {
        if (cluster.parts.length === 1) continue;
        const ordered = [...cluster.parts].sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
        const standing = rulesOf({ ...cluster, parts: ordered }, landscape, nameOf);
        ordered.forEach((part, at) => merged.set(part, at === 0 ? standing : []));
      }
      return merged.size === 0 ? policy : withRules(policy, merged);
    },
  };
}

/** The clusters of one lane by what partners must share. */
class LaneClusters {
  readonly clusters = new Set<Cluster>();
  private readonly bySources = new Map<string, Set<Cluster>>();
  private readonly byDestinations = new Map<string, Set<Cluster>>();

  constructor(
    readonly section: string,
    private readonly costs: MergeCosts,
    rules: readonly { readonly rule: Rule; readonly number: number }[],
  ) {
    for (const { rule, number } of rules) this.add(costs.alone(rule, number));
  }

  merge(a: Cluster, b: Cluster): Cluster {
    for (const each of [a, b]) {
      this.clusters.delete(each);
      this.bySources.get(each.keys.sources)?.delete(each);
      this.byDestinations.get(each.keys.destinations)?.delete(each);
    }
    const merged = this.costs.merged(a, b);
    this.add(merged);
    return merged;
  }

  bestFor(a: Cluster): Candidate | undefined {
    const partners = [this.bySources.get(a.keys.sources), this.byDestinations.get(a.keys.destinations)];
    let best: Candidate | undefined;
    for (const b of partners.flatMap((each) => [...(each ?? [])])) {
      if (a === b) continue;
      const cost = this.costs.of(a, b);
      if (!cost) continue;
      const candidate = { lane: this, cost, a, b };
      if (!best || byCost(candidate, best) < 0) best = candidate;
    }
    return best;
  }

  private add(cluster: Cluster): void {
    this.clusters.add(cluster);
    for (const [index, key] of [
      [this.bySources, cluster.keys.sources],
      [this.byDestinations, cluster.keys.destinations],
    ] as const) {
      const same = index.get(key);
      if (same) same.add(cluster);
      else index.set(key, new Set([cluster]));
    }
  }
}

function byCost(x: Candidate, y: Candidate): number {
  if (x.cost.exact !== y.cost.exact) return x.cost.exact ? -1 : 1;
  const [first, second] = [x, y].map(({ a, b }) => [a.number, b.number].sort((p, q) => p - q));
  return (
    x.cost.openings - y.cost.openings ||
    (first?.[0] ?? 0) - (second?.[0] ?? 0) ||
    (first?.[1] ?? 0) - (second?.[1] ?? 0)
  );
}

/** The same whatever order the rules came in. */
function ranks(policy: Policy): Map<Rule, number> {
  const all = policy.sections.flatMap(({ id, rules }) => rules.map((rule) => ({ rule, key: `${rule.id}\t${id}` })));
  return new Map(all.sort((a, b) => compareText(a.key, b.key)).map(({ rule }, at) => [rule, at]));
}

/** Merged rules stand where the first of theirs stood: between rules that allow, the order decides nothing. */
function withRules(policy: Policy, merged: ReadonlyMap<Rule, readonly Rule[]>): Policy {
  const { id: _, created, ...content } = policy;
  const changed = {
    ...content,
    sections: policy.sections.map((section) => ({
      ...section,
      rules: section.rules.flatMap((rule) => merged.get(rule) ?? [rule]),
    })),
  };
  return { id: contentId('p', changed), created, ...changed };
}

function namesOf(policy: Policy): (selector: Selector) => string {
  const names = new Map(policy.groups.map(({ id, name }) => [id, name]));
  return (selector) => {
    switch (selector.kind) {
      case 'any':
        return 'anything';
      case 'group':
        return names.get(selector.group) ?? selector.group;
      case 'prefix':
        return selector.prefix;
    }
  };
}
