import type { Dependency } from '../../analytics/model/dependency';
import type { Topology } from '../../analytics/model/topology';
import type { Workload } from '../../analytics/model/workload';
import { compareText } from '../../ingest/kernel/text';
import { formatTime } from '../../ingest/kernel/time';
import { contentId } from '../model/identity';
import type { Rule } from '../model/policy';
import { findAttempts, findBlocked } from './attempts';
import { findDelta } from './delta';
import { applicationOf, groupsById, namesOf, type EstateNames } from './estate-names';
import { findGroupChanges } from './group-changes';
import { findGroupFindings, findNewcomers } from './group-findings';
import { FINDING_KINDS, SEVERITIES, type DriftReport, type DriftSubject, type Finding } from './model';
import type { Observed } from './observed';
import { findQuietRules } from './quiet-rules';
import { findTelemetryGaps } from './telemetry-gaps';
import { findUncovered } from './uncovered';
import { counted, named } from './words';

/** Denied use, by what became of it. */
export interface DeniedUse {
  /** Answered, though the policy denies it. */
  readonly answered: readonly Dependency[];
  /** Not answered, and the policy denies it. */
  readonly attempts: readonly Dependency[];
  /** Denied by a firewall, though the policy allows it. */
  readonly blocked: readonly Dependency[];
}

export interface AssessInput extends DriftSubject {
  readonly topology: Topology;
  /** Of the evaluated hours, with those that are newer than the topology. */
  readonly workloads: readonly Workload[];
  readonly observed: Observed;
  readonly use: DeniedUse;
  /** ISO 8601. */
  readonly now: string;
}

/** What is not listed is worth less than what is. */
const LISTED = 2000;

/** How a policy, the groups of now and what was seen of late differ. What people dismissed is not known here. */
export function assess(input: AssessInput): Omit<DriftReport, 'digest' | 'rerun'> {
  const { policy, enforced, topology, observed, use, now } = input;
  const { known, newcomers } = takeUp(topology, input.workloads);
  const names = namesOf(known, known.workloads.concat(newcomers));
  const isNew = new Set(newcomers.map(({ id }) => id));
  const ofNewcomers = use.answered.filter(({ client, server }) => isNew.has(client) || isNew.has(server));
  const ofKnown = use.answered.filter(({ client, server }) => !isNew.has(client) && !isNew.has(server));
  const changes = findGroupChanges(policy, known);
  const { ofGroups, dependencies, delta } = findDelta(policy, ofKnown, { topology: known, changes, now });
  const lastUse = ({ id, evidence }: Rule) => Math.max(evidence.lastSeen, observed.uses.get(id)?.lastSeen ?? 0);
  const uncovered = findUncovered({
    policy,
    enforced,
    delta,
    dependencies,
    workloads: known.workloads,
    names,
    lastUse,
    until: observed.window?.to ?? 0,
  });
  const at = topology.window.to;
  const found = [
    ...findGroupFindings({ policy, changes, ofGroups, names, at }),
    ...findNewcomers(ofNewcomers, new Set(known.workloads.map(({ id }) => id)), names),
    ...uncovered,
    ...findAttempts(use.attempts, names),
    ...findBlocked(use.blocked, names, enforced),
    ...quietFindings(input, names, new Set(uncovered.flatMap(({ rules }) => rules))),
    ...gapFindings(input),
  ].sort(bySeverity);
  const findings = found.slice(0, LISTED);
  return {
    policy: policy.id,
    topology: topology.id,
    evaluated: now,
    window: observed.window,
    hours: observed.hours,
    findings,
    leftOff: found.length - findings.length,
    uncounted: observed.uncounted,
    delta,
    words: wordsOf(input, found),
  };
}

/** Networks and strangers that are newer than the analysis need no group to be named in a rule; managed workloads do. */
function takeUp(topology: Topology, workloads: readonly Workload[]): { known: Topology; newcomers: Workload[] } {
  const before = new Set(topology.workloads.map(({ id }) => id));
  const more = workloads.filter(({ id }) => !before.has(id));
  const groupless = more.filter(({ kind }) => kind !== 'managed');
  return {
    known: { ...topology, workloads: [...topology.workloads, ...groupless] },
    newcomers: more.filter(({ kind }) => kind === 'managed'),
  };
}

function quietFindings({ policy, observed }: AssessInput, names: EstateNames, moved: ReadonlySet<string>): Finding[] {
  const groups = groupsById(policy);
  return findQuietRules(policy, observed)
    .filter(({ rule }) => !moved.has(rule.id))
    .map(({ rule, lastUse, because }) => ({
      id: contentId('f', ['rule-quiet', rule.id]),
      kind: 'rule-quiet',
      application: names.application(applicationOf(rule, groups)),
      severity: 'low',
      because: `it opens ${counted(rule.surface.opened, 'door')} that nobody goes through`,
      words: `"${rule.words}" is not used any more: ${because}`,
      firstSeen: lastUse,
      lastSeen: lastUse,
      connections: 0,
      ...named([]),
      filter: rule.evidence.filter ?? '',
      rules: [rule.id],
    }));
}

function gapFindings({ policy, observed }: AssessInput): Finding[] {
  return findTelemetryGaps(policy, observed).map(({ exporter, since, rules, because }) => ({
    id: contentId('f', ['telemetry-gap', exporter]),
    kind: 'telemetry-gap',
    application: null,
    severity: 'medium',
    because: 'what it alone would see is neither denied nor missed by anybody',
    words: `exporter ${exporter} is silent since ${formatTime(since)}: ${because}`,
    firstSeen: since,
    lastSeen: observed.window?.to ?? since,
    connections: 0,
    ...named([exporter]),
    filter: `exporter ${exporter}`,
    rules: rules.map(({ id }) => id).sort(),
  }));
}

function bySeverity(a: Finding, b: Finding): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    FINDING_KINDS.indexOf(a.kind) - FINDING_KINDS.indexOf(b.kind) ||
    b.connections - a.connections ||
    compareText(a.words, b.words) ||
    compareText(a.id, b.id)
  );
}

function wordsOf({ observed, policy }: AssessInput, found: readonly Finding[]): string {
  const { window, hours } = observed;
  if (!window)
    return `no conversations are known of the time after ${formatTime(policy.window.to)}, up to which the policy was learned: nothing can have drifted yet`;
  const looked = `${counted(hours, 'hour')} from ${formatTime(window.from)} to ${formatTime(window.to)} were compared`;
  return found.length === 0 ? `${looked}: everything is as the policy says` : looked;
}
