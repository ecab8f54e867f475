import { addressSet, EVERY_V4_ADDRESS } from '../model/address-set';
import { rulesInOrder } from '../model/decide';
import type { Policy, PolicyGroup, Rule } from '../model/policy';
import { listWords } from '../propose/words';
import type { CleanupReport, Finding, FindingKind, RuleUse, UseNumbers, Uses } from './finding';
import { createNarrower, type Narrow } from './narrower';
import { createOpenings, selectorsSet, type CountOpenings } from './openings';
import { superfluousRules, type Superfluous } from './superfluous';

/** Below this part of what it opens in use, a rule is over-broad; two of ten is where Cisco Secure Workload draws the line. */
const BROAD_SHARE = 0.2;
/** What opens less than this is not worth a person's time. */
const BROAD_OPENED = 10;

export interface CleanupInput {
  readonly now: Date;
  /** Without it nothing is said of what is unused or over-broad. */
  readonly uses?: Uses | undefined;
}

/**
 * What could be tidied up in a policy, imported or our own. A rule that can go altogether has one finding; what it would
 * otherwise be worth saying is left unsaid.
 *
 * @throws WayleaveError `unknown-group`
 */
export function cleanUp(policy: Policy, { now, uses }: CleanupInput): CleanupReport {
  const rules = rulesInOrder(policy);
  const superfluous = new Map(superfluousRules(policy).map((each) => [each.rule, each]));
  const words = new Map(rules.map((rule) => [rule.id, rule.words]));
  const isAnyToAny = createEverythingTest(policy);
  const counting = uses && { uses, opened: createOpenings(policy, uses.hosts), narrow: createNarrower(policy) };
  const findingsOf = (rule: Rule): Finding[] => {
    const lease = rule.lease && Date.parse(rule.lease.expires) <= now.getTime() ? [expired(rule, rule.lease)] : [];
    const reason = superfluous.get(rule.id);
    if (reason) return [...lease, superfluousFinding(rule, reason, words)];
    const broad = isAnyToAny(rule) ? [anyToAny(rule)] : [];
    return [...lease, ...broad, ...(counting ? useFindings(rule, counting) : [])];
  };
  return {
    policy: policy.id,
    window: uses?.window ?? null,
    rules: rules.length,
    findings: [...rules.flatMap(findingsOf), ...duplicateGroups(policy.groups)],
  };
}

function finding(kind: FindingKind, rule: Rule | null, words: string, more: Partial<Finding> = {}): Finding {
  return { kind, rule: rule?.id ?? null, by: [], words, numbers: null, suggested: null, ...more };
}

function expired(rule: Rule, { expires, reason }: NonNullable<Rule['lease']>): Finding {
  return finding('expired', rule, `"${rule.words}" was for use until ${expires} (${reason}), and nobody renewed it`);
}

function superfluousFinding(rule: Rule, { kind, by }: Superfluous, words: ReadonlyMap<string, string>): Finding {
  const others = listWords(by.map((id) => `"${words.get(id) ?? id}" (${id})`));
  const because = {
    'matches-nothing': 'matches no packet: it names nobody, or no service',
    shadowed: `never decides: ${others} before it decide${by.length === 1 ? 's' : ''} all that it matches`,
    redundant:
      by.length > 0
        ? `can go: ${others} after it say${by.length === 1 ? 's' : ''} the same`
        : `can go: what it ${rule.action === 'allow' ? 'allows is let pass' : 'denies is denied'} without it`,
  };
  return finding(kind, rule, `"${rule.words}" ${because[kind]}`, { by });
}

function createEverythingTest({ groups }: Policy): (rule: Rule) => boolean {
  const sets = new Map(groups.map(({ id, addresses }) => [id, addressSet(addresses)]));
  const isEverything = (selectors: Rule['sources']) =>
    EVERY_V4_ADDRESS.every((every) =>
      selectorsSet(selectors, sets).some(({ first, last }) => first <= every.first && last >= every.last),
    );
  return ({ action, sources, destinations, alertOnly }) =>
    action === 'allow' && !alertOnly && isEverything(sources) && isEverything(destinations);
}

function anyToAny(rule: Rule): Finding {
  return finding('any-any', rule, `"${rule.words}" opens everything to everything: whoever is inside can go anywhere`);
}

interface Counting {
  readonly uses: Uses;
  readonly opened: CountOpenings;
  readonly narrow: Narrow;
}

function useFindings(rule: Rule, { uses: { window, rules }, opened, narrow }: Counting): Finding[] {
  if (rule.action === 'deny' || rule.alertOnly) return [];
  const use: RuleUse = rules.get(rule.id) ?? { tuples: 0, connections: 0, seen: [] };
  const all = opened(rule);
  const numbers: UseNumbers = { opened: all, used: Math.min(use.tuples, all), connections: use.connections };
  const when = `from ${iso(window.from)} to ${iso(window.to)}`;
  if (use.tuples === 0) {
    const words = `"${rule.words}" was not used ${when}; it opens ${counted(all)} of known hosts`;
    return [finding('unused', rule, words, { numbers })];
  }
  if (all < BROAD_OPENED || numbers.used >= all * BROAD_SHARE) return [];
  const less = use.seen ? narrow(rule, use.seen) : null;
  const left = less ? opened(less) : all;
  const suggested =
    less && left < all ? { ...less, surface: { opened: left, unused: Math.max(0, left - use.tuples) } } : null;
  const instead = suggested ? `; "${suggested.words}" would do, and opens ${counted(left)}` : '';
  const words = `"${rule.words}" opens ${counted(all)} of known hosts, of which ${numbers.used} were used ${when}${instead}`;
  return [finding('over-broad', rule, words, { numbers, suggested })];
}

function duplicateGroups(groups: readonly PolicyGroup[]): Finding[] {
  const alike = new Map<string, PolicyGroup[]>();
  for (const group of groups) {
    if (group.addresses.length === 0) continue;
    const key = addressSet(group.addresses)
      .map(({ first, last }) => `${first}-${last}`)
      .join();
    alike.set(key, [...(alike.get(key) ?? []), group]);
  }
  return [...alike.values()]
    .filter((same) => same.length > 1)
    .map((same) => {
      const words = `${listWords(same.map(({ name }) => `"${name}"`))} hold the same addresses; one of them would do`;
      return finding('duplicate-groups', null, words, { by: same.map(({ id }) => id) });
    });
}

const NUMBER = new Intl.NumberFormat('en-US');

function counted(combinations: number): string {
  return `${NUMBER.format(combinations)} combination${combinations === 1 ? '' : 's'} of client, server and service`;
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
