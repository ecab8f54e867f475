import type { Group, Topology } from '../../analytics/model/topology';
import { WayleaveError } from '../../ingest/kernel/errors';
import type { PolicyScope } from '../model/policy';

/** Whether a workload, as a member of a group, is what a policy is asked for. */
export type InScope = (group: Group, workload: string) => boolean;

const NAMED = 5;

/** @throws WayleaveError `unknown-application`, `unknown-environment`, `unknown-workload`, `empty-scope` */
export function scopeTest(topology: Topology, scope: PolicyScope): InScope {
  switch (scope.kind) {
    case 'everything':
      return () => true;
    case 'applications': {
      const known = topology.groups.filter(({ kind }) => kind === 'application').map(({ id }) => id);
      const wanted = requireAll(scope.applications, known, 'application', topology);
      return ({ id, kind, application }) => wanted.has(kind === 'application' ? id : (application ?? ''));
    }
    case 'workloads': {
      const known = topology.workloads.filter(({ kind }) => kind === 'managed').map(({ id }) => id);
      const wanted = requireAll(scope.workloads, known, 'workload', topology);
      return (_, workload) => wanted.has(workload);
    }
    case 'environment': {
      const environments = environmentsOf(topology);
      requireAll([scope.environment], [...new Set(environments.values())], 'environment', topology);
      return (_, workload) => environments.get(workload) === scope.environment;
    }
  }
}

/** By its label, or else that of the application it is in. */
export function environmentsOf({ workloads, groups }: Topology): Map<string, string> {
  const found = new Map<string, string>();
  for (const { kind, environment, members } of groups)
    if (kind === 'application' && environment !== undefined)
      for (const { workload } of members) found.set(workload, environment);
  for (const { id, labels } of workloads) if (labels['env'] !== undefined) found.set(id, labels['env']);
  return found;
}

function requireAll(
  wanted: readonly string[],
  known: readonly string[],
  noun: 'application' | 'environment' | 'workload',
  { id }: Topology,
): ReadonlySet<string> {
  if (wanted.length === 0)
    throw new WayleaveError(`the scope names no ${noun}; expected at least one`, { code: 'empty-scope' });
  const all = new Set(known);
  const missing = wanted.find((each) => !all.has(each));
  if (missing === undefined) return new Set(wanted);
  const some = [...all].sort().slice(0, NAMED);
  const there = some.length === 0 ? 'it has none' : `it has ${some.join(', ')}${all.size > NAMED ? ', …' : ''}`;
  const managed = noun === 'workload' ? 'managed ' : '';
  throw new WayleaveError(`there is no ${managed}${noun} "${missing}" in topology ${id}: ${there}`, {
    code: `unknown-${noun}`,
    where: { topology: id, [noun]: missing },
  });
}
