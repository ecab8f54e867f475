import type { Dependency } from '../model/dependency';
import type { GroupDecision } from '../model/group-decision';
import type { Topology, Window } from '../model/topology';
import type { Workload } from '../model/workload';
import { environmentsOf } from './applications/environments';
import { DEFAULT_CONFIG, type GroupConfig } from './config';
import { UNCONSTRAINED } from './constraints';
import { constraintsOf } from './decisions/constraints-of';
import { findDisagreements } from './decisions/disagreements';
import { foldDecisions } from './decisions/fold-decisions';
import { findUnmet } from './decisions/unmet';
import { findEvents } from './history/events';
import { evidenceOf } from './evidence';
import { findingsOf, unlessEmpty } from './findings';
import { finishGroups } from './finish-groups';
import { holdTiers } from './roles/hold-tiers';
import { labelDisagreements } from './naming/label-disagreements';
import { numberDependencies, type NumberedDependencies } from './numbered-dependencies';
import { placesBefore } from './places-before';
import { proposeGroups } from './naming/propose-groups';
import { findSilence } from './silence';
import { findStructure } from './structure';
import { withTopologyId } from './topology-id';

const HOUR = 3600;

export interface GroupInput extends GroupContext {
  readonly workloads: readonly Workload[];
  readonly dependencies: readonly Dependency[];
}

/** What is known besides what was seen. */
export interface GroupContext {
  readonly window: Window;
  /** The run before, whose groups keep their ids and names where they continue. */
  readonly previous?: Topology;
  /** All that were taken, in any order. */
  readonly decisions?: readonly GroupDecision[];
  readonly seed?: number;
}

/**
 * Finds scanners, shared services, applications and their tiers, as far as people have not decided on them. The same
 * input in any order gives the same topology.
 *
 * @throws WayleaveError `unknown-workload`, `duplicate-workload`
 */
export function groupWorkloads(
  { workloads, dependencies, ...context }: GroupInput,
  config: GroupConfig = DEFAULT_CONFIG,
): Topology {
  return groupNumbered(numberDependencies(workloads, dependencies), context, config);
}

export function groupNumbered(
  numbered: NumberedDependencies,
  { window, previous, decisions = [], seed = 1 }: GroupContext,
  config: GroupConfig,
): Topology {
  const evidence = evidenceOf(numbered, config.lookUp, Math.ceil((window.to - window.from) / HOUR));
  const { workloads } = evidence;
  const held = foldDecisions(decisions, previous);
  const environments = environmentsOf(workloads, config.applications.labelWeight);
  const constraints =
    held.standing.length === 0 ? UNCONSTRAINED : constraintsOf(held, workloads, environments, previous);
  const before = previous && placesBefore(workloads, previous);
  const found = findStructure(evidence, config, seed, constraints, before);
  const structure = { ...found, tiers: holdTiers(found.tiers, constraints) };
  const silence = findSilence(workloads, structure, before);
  const past = { workloads, window, previous, held, constraints, silence };
  const groups = finishGroups(proposeGroups(evidence, structure), past);
  const disagreements = [
    ...(config.applications.labelWeight > 0 ? labelDisagreements(evidence, structure, groups) : []),
    ...findDisagreements(held, evidence, structure.uses, groups),
  ];
  return withTopologyId({
    window,
    workloads,
    groups,
    afresh: found.afresh,
    ...findingsOf(evidence, structure),
    ...unlessEmpty('disagreements', disagreements),
    ...unlessEmpty('unmet', findUnmet(held, { groups, workloads })),
    ...unlessEmpty('events', previous ? findEvents(previous, { id: '', window, workloads, groups }) : []),
  });
}
