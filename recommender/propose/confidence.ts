import type { Dependency } from '../../analytics/model/dependency';
import type { Member } from '../../analytics/model/topology';

/**
 * How far a rule can be trusted, 0 to 1: the geometric mean of
 * - direction: the confidence in who is the client, weighted by connections;
 * - repetition: h / (h + 1) for the most hours any dependency was active (one hour 0.5, a day 0.96);
 * - answered: the part of the connections that were answered;
 * - membership: how clearly the workloads seen belong to their groups, on average.
 *
 * A product, because good marks on one do not make up for bad ones on another.
 */
export function confidenceOf(dependencies: readonly Dependency[], members: readonly Member[]): number {
  const sum = (of: (dependency: Dependency) => number) => dependencies.reduce((total, each) => total + of(each), 0);
  const connections = Math.max(
    1,
    sum((dependency) => dependency.connections),
  );
  const hours = dependencies.reduce((most, dependency) => Math.max(most, dependency.hours), 0);
  const parts = [
    sum((dependency) => dependency.confidence * dependency.connections) / connections,
    hours / (hours + 1),
    sum((dependency) => dependency.established) / connections,
    members.length === 0 ? 1 : members.reduce((total, { confidence }) => total + confidence, 0) / members.length,
  ];
  const mean = parts.reduce((product, part) => product * Math.min(1, part), 1) ** (1 / parts.length);
  return Math.round(mean * 100) / 100;
}
