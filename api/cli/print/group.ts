import { sameRole, type AboutGroup } from '../../../analytics/group/why';
import type { Member, Topology } from '../../../analytics/model/topology';
import { formatTime } from '../../../ingest/kernel/time';
import { decisionLines } from './group-decisions';
import { nextBest } from './next-best';
import { namesOf } from './remarks';
import { certainty, few, plural, section } from './table';
import { size } from './topology';

const MEMBERS_SHOWN = 100;
const TIERS_NAMED = 3;

export function printGroup({ group, disagreements, decisions }: AboutGroup, topology: Topology): string {
  const { id, kind, name, application, members, reasons, since, environment, confirmed, role } = group;
  const nameOf = namesOf([...topology.workloads, ...topology.groups]);
  const facts = [
    ...(application === null ? [] : [`of ${nameOf(application)}`]),
    ...(role === undefined ? [] : [roleText(role, sameRole(group, topology.groups))]),
    ...(environment === undefined ? [] : [`in environment ${environment}`]),
    size(kind, members.length),
    ...(since === undefined ? [] : [`since ${formatTime(since)}`]),
    ...(confirmed === undefined ? [] : ['confirmed']),
  ];
  const tiers = topology.groups.filter((each) => each.application === id);
  return [
    `${name}  ${kind}  [${id}]\n  ${facts.join(', ')}\n`,
    section('For it', textsOf(reasons.filter(({ weight }) => weight > 0))),
    section('Against it', textsOf(reasons.filter(({ weight }) => weight < 0))),
    section('Neither for nor against it', textsOf(reasons.filter(({ weight }) => weight === 0))),
    section(
      'Tiers',
      tiers.map((tier) => `${tier.name}, ${plural(tier.members.length, 'workload')}  [${tier.id}]`),
    ),
    section(
      'Members',
      members.map((member) => memberLine(member, nameOf)),
      MEMBERS_SHOWN,
    ),
    section(
      'Disagreements',
      disagreements.map(({ workload, reason }) => `${nameOf(workload)}: ${reason.text}`),
    ),
    section('Decisions', decisions.flatMap(decisionLines)),
  ].join('');
}

/** `role postgres, the same as postgres of billing`. */
export function roleText(role: string, same: readonly { readonly name: string }[]): string {
  const names = few(
    same.map(({ name }) => name),
    TIERS_NAMED,
  );
  return same.length === 0 ? `role ${role}` : `role ${role}, the same as ${names}`;
}

function memberLine({ workload, confidence, next, lent, decision }: Member, nameOf: (id: string) => string): string {
  const name = nameOf(workload);
  return [
    `${name}${name === workload ? '' : ` [${workload}]`}  ${certainty(confidence)} sure`,
    ...(lent === true ? ['at home elsewhere'] : []),
    ...(next === undefined ? [] : [nextBest(nameOf(next.group), confidence, next.fit)]),
    ...(decision === undefined ? [] : [`by ${decision}`]),
  ].join(', ');
}

function textsOf(reasons: readonly { readonly text: string }[]): string[] {
  return reasons.map(({ text }) => text);
}
