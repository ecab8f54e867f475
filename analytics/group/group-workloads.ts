import type { Dependency } from '../model/dependency';
import type { Group, Reason, Topology, Window } from '../model/topology';
import type { Workload } from '../model/workload';
import { DEFAULT_CONFIG, type GroupConfig } from './config';
import { compareText, gatherEvidence } from './evidence';
import { digest, identify, type Identity } from './identity';
import { makeUnique } from './names';
import { proposeGroups, type ProposedGroup } from './propose-groups';
import { findStructure } from './structure';

export interface GroupInput {
  readonly workloads: readonly Workload[];
  readonly dependencies: readonly Dependency[];
  readonly window: Window;
  /** The run before, whose groups keep their ids and names where they continue. */
  readonly previous?: Topology;
  readonly seed?: number;
}

/**
 * Finds scanners, shared services, applications and their tiers. The same input in any order gives the same topology.
 *
 * @throws WayleaveError `unknown-workload`, `duplicate-workload`
 */
export function groupWorkloads(input: GroupInput, config: GroupConfig = DEFAULT_CONFIG): Topology {
  const { window, previous, seed = 1 } = input;
  const evidence = gatherEvidence(input.workloads, input.dependencies, config.lookUp);
  const proposed = proposeGroups(evidence, findStructure(evidence, config, seed));
  const groups = finish(proposed, previous?.groups ?? []);
  return { id: `topology-${digest([window, groups])}`, window, workloads: evidence.workloads, groups };
}

/** Gives ids and names: applications before tiers, which are matched and named within them. */
function finish(proposed: readonly ProposedGroup[], previous: readonly Group[]): Group[] {
  const done = new Map<ProposedGroup, Group>();
  for (const wave of [proposed.filter(({ parent }) => !parent), proposed.filter(({ parent }) => parent)]) {
    const applications = wave.map(({ parent }) => (parent && done.get(parent)) ?? null);
    const identities = identify(
      wave.map(({ kind, members }, at) => ({
        kind,
        application: applications[at]?.id ?? null,
        members: members.map(({ workload }) => workload),
      })),
      previous,
    );
    const names = nameWave(wave, applications, identities);
    for (const [at, group] of wave.entries()) {
      const { kind, members, reasons } = group;
      const application = applications[at]?.id ?? null;
      const id = identities[at]?.id ?? '';
      done.set(group, { id, kind, name: names[at] ?? '', application, members, reasons: ordered(reasons) });
    }
  }
  return [...done.values()].sort(
    (a, b) => compareText(a.kind, b.kind) || compareText(a.name, b.name) || compareText(a.id, b.id),
  );
}

/** A group that continues keeps its name, unless labels now say a better one. */
function nameWave(
  wave: readonly ProposedGroup[],
  applications: readonly (Group | null)[],
  identities: readonly Identity[],
): string[] {
  const wanted = wave.map(({ name, labelled }, at) => {
    const kept = identities[at]?.previous;
    const old = kept && kept.application === (applications[at]?.id ?? null) && !labelled ? kept.name : null;
    return { at, name: old ?? name(applications[at]?.name ?? null), old: old !== null };
  });
  // Old names first, so that a newcomer is the one to be numbered; then by id, which outlives the order of hosts.
  wanted.sort(
    (a, b) =>
      Number(b.old) - Number(a.old) ||
      compareText(a.name, b.name) ||
      compareText(identities[a.at]?.id ?? '', identities[b.at]?.id ?? ''),
  );
  const unique = makeUnique(wanted.map(({ name }) => name));
  const names: string[] = [];
  for (const [rank, { at }] of wanted.entries()) names[at] = unique[rank] ?? '';
  return names;
}

function ordered(reasons: readonly Reason[]): Reason[] {
  return reasons
    .map(({ text, weight }) => ({ text, weight: Math.round(weight * 1000) / 1000 }))
    .sort((a, b) => b.weight - a.weight || compareText(a.text, b.text));
}
