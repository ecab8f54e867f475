import type { Crossing, Reason, Topology } from '../../../analytics/model/topology';
import { certainty, few, plural, section, share as percent } from './table';

const SHOWN = 5;
const MEMBERS_SHOWN = 6;

/** What a run has to say beside its groups: what became of earlier ones, where it is contradicted, what it could not see. */
export function printRemarks({ workloads, groups, ...topology }: Topology): string {
  const {
    events = [],
    candidates = [],
    meshes = [],
    disagreements = [],
    unmet = [],
    crossings = [],
    unseen = [],
  } = topology;
  const nameOf = namesOf([...workloads, ...groups]);
  const crossed = (crossing: Crossing) =>
    `${nameOf(crossing.client)} (${crossing.from}) → ${nameOf(crossing.server)} (${crossing.to}) on ${crossing.service}, ${plural(crossing.connections, 'connection')}${crossing.unanswered === true ? ', none of them answered' : ''}`;
  return [
    section(
      'Since the run before',
      events.map(({ text }) => text),
      SHOWN,
    ),
    section(
      'Nearly shared services: `wayleave groups share <name> <workload...>` makes one of them',
      candidates.map(({ name, members, confidence, reasons }) =>
        [`${name}, ${certainty(confidence)} sure: ${few(members.map(nameOf), MEMBERS_SHOWN)}`, ...whyOf(reasons)].join(
          '; ',
        ),
      ),
      SHOWN,
    ),
    section(
      'Meshes: many use them of each other, which ties nobody together',
      meshes.map(
        ({ name, service, share, members }) =>
          `${name} (${service}): ${plural(members.length, 'workload')}, ${percent(share)} of all pairs`,
      ),
      SHOWN,
    ),
    section(
      'Disagreements: labels, people and traffic say different things',
      disagreements.map(
        ({ workload, group, suggested, reason }) =>
          `${nameOf(workload)} is in ${nameOf(group)}${suggested === null ? '' : `, not in ${nameOf(suggested)}`}: ${reason.text}`,
      ),
      SHOWN,
    ),
    section(
      'Decisions that could not be held to',
      unmet.map(({ text, decision }) => `${text}  [${decision}]`),
      SHOWN,
    ),
    section('Between environments', crossings.filter(({ shared }) => shared !== true).map(crossed), SHOWN),
    section(
      'Shared services of another environment',
      crossings.filter(({ shared }) => shared === true).map(crossed),
      SHOWN,
    ),
    section(
      'What this run could not see',
      unseen.map(({ text }) => text),
    ),
  ].join('');
}

/** What speaks most for it, and most against it. */
function whyOf(reasons: readonly Reason[]): string[] {
  const sorted = reasons.toSorted((a, b) => b.weight - a.weight);
  const [best, worst] = [sorted[0], sorted.at(-1)];
  return [...(best ? [best.text] : []), ...(worst && worst !== best && worst.weight < 0 ? [`but ${worst.text}`] : [])];
}

/** What people call it; its id where nobody does. */
export function namesOf(named: readonly { readonly id: string; readonly name: string }[]): (id: string) => string {
  const names = new Map(named.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}
