import { groupBy } from '../../analytics/graph/group-by';
import type { Dependency } from '../../analytics/model/dependency';
import type { Workload } from '../../analytics/model/workload';
import { parseAddress } from '../../ingest/kernel/ip';
import { addressSet, holds, unionOf } from '../model/address-set';
import { createFilter, rulesInOrder } from '../model/decide';
import { contentId } from '../model/identity';
import type { Policy, Rule } from '../model/policy';
import { createJudge } from './workload-judge';
import { applicationOf, groupsById, type EstateNames } from './estate-names';
import { conversationFilter } from './filters';
import type { Delta, Finding, Severity } from './model';
import { createMoves, type Move } from './moved';
import { counted, named } from './words';

export interface UncoveredInput {
  readonly policy: Policy;
  readonly enforced: boolean;
  readonly delta: Delta;
  /** What the delta is for. */
  readonly dependencies: readonly Dependency[];
  readonly workloads: readonly Workload[];
  readonly names: EstateNames;
  /** Of a rule of the policy: epoch seconds. */
  lastUse(rule: Rule): number;
  /** End of what was observed, epoch seconds. */
  readonly until: number;
}

/** One finding for each rule that the delta proposes: a use that is new, or one that has moved. */
export function findUncovered(input: UncoveredInput): Finding[] {
  const { policy, delta, dependencies, workloads, names } = input;
  if (delta.sections.length === 0) return [];
  const proposed: Policy = { ...policy, sections: delta.sections, groups: delta.groups, appliedTo: [], closures: [] };
  const judge = createJudge(createFilter(proposed), workloads);
  const behind = groupBy(dependencies, (dependency) => judge.verdicts(dependency)[0]?.rule ?? '');
  const moveOf = createMoves(policy, input);
  const groups = groupsById(proposed);
  const groupless = grouplessOf(policy, workloads);
  return rulesInOrder(proposed).map((rule) => {
    const uses = behind.get(rule.id) ?? [];
    const addressesOf = (side: 'client' | 'server') => [
      ...new Set(uses.flatMap((each) => names.addresses(each[side]))),
    ];
    const [clients, servers] = [addressesOf('client'), addressesOf('server')];
    const services = uses.flatMap(({ service, ports }) => ports.map((port) => ({ protocol: service.protocol, port })));
    const { firstSeen, lastSeen, connections } = rule.evidence;
    const move = uses.length === 0 ? undefined : moveOf({ clients, servers, services, firstSeen });
    const { severity, because } = gradeOf(rule, uses, input.enforced);
    const strangers = named(
      uses.flatMap(({ client, server }) => [client, server].filter((id) => groupless.has(id))).map(names.workload),
    ).who;
    return {
      id: contentId('f', [move ? 'service-moved' : 'new-use', rule.sources, rule.destinations]),
      kind: move ? 'service-moved' : 'new-use',
      application: names.application(applicationOf(rule, groups)),
      severity,
      because,
      words: move ? movedWords(move, rule) : `no rule covers what is used: ${rule.words}`,
      firstSeen,
      lastSeen,
      connections,
      ...named(uses.map(({ client }) => names.workload(client))),
      filter: conversationFilter({ clients, servers, services: rule.services }),
      ...(strangers.length > 0 ? { groupless: strangers } : {}),
      rules: move ? [move.rule.id] : [],
      proposed: rule.id,
    };
  });
}

/** Ids of workloads that no group of the policy has: no rule but one of their own can name them. */
function grouplessOf({ groups }: Policy, workloads: readonly Workload[]): ReadonlySet<string> {
  const grouped = unionOf(groups.map(({ addresses }) => addressSet(addresses)));
  const isGroupless = ({ kind, addresses }: Workload) =>
    kind !== 'external' && !addresses.some((address) => holds(grouped, parseAddress(address)));
  return new Set(workloads.filter(isGroupless).map(({ id }) => id));
}

function movedWords({ rule, what }: Move, proposed: Rule): string {
  const from = what === 'port' ? 'another port' : 'another server';
  return `the use of "${rule.words}" went over to ${from}: ${proposed.words}`;
}

/** A habit costs more than an accident when it is denied. */
const HABIT_HOURS = 2;

function gradeOf(
  { evidence }: Rule,
  uses: readonly Dependency[],
  enforced: boolean,
): { severity: Severity; because: string } {
  const clients = new Set(uses.map(({ client }) => client)).size;
  const seen = `answered in ${counted(evidence.hours, 'hour')}, of ${counted(clients, 'client')}`;
  const repeated = evidence.hours >= HABIT_HOURS || clients > 1;
  const fate = enforced
    ? 'the policy is enforced, so it is denied wherever a firewall is on the way'
    : 'it would be denied once the policy is enforced';
  if (repeated) return { severity: enforced ? 'high' : 'medium', because: `${seen}: no accident; ${fate}` };
  return { severity: enforced ? 'medium' : 'low', because: `${seen}: it may be an accident; ${fate}` };
}
