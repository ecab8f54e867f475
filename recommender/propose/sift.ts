import { DIRECTION_LEVELS } from '../../analytics/model/conversation';
import type { Dependency } from '../../analytics/model/dependency';
import type { Refusal, RefusalCode } from '../model/policy';
import type { Estate } from './estate';
import { busiest, describeDependency } from './words';

const REASONS: Readonly<Record<RefusalCode, string>> = {
  'not-managed': 'neither end is a managed workload of a tier or shared service, or one is newer than the analysis',
  multicast: 'sent to a multicast or broadcast address, which no workload owns',
  scanner: 'opened by a scanner, which touches everything and depends on nothing',
  denied: 'denied by a firewall on the way every time',
  unanswered: 'never answered',
  'ambiguous-direction': 'no better evidence of who is the client than the lower port number',
  alert: 'an intrusion detection raised an alert about it',
  'single-sighting': 'seen once only, and what it is cannot be told',
  rejected: 'refused by a person',
  'external-client': 'a client outside the estate that was active in one hour only',
  'nothing-seen': 'there was nothing to propose from',
};
const EXAMPLES = 3;

export interface Refused {
  readonly code: RefusalCode;
  readonly dependency: Dependency;
}

/** Why a dependency must not become a rule, whatever else there is; undefined when it may. */
export function refusalOf(dependency: Dependency, estate: Estate): RefusalCode | undefined {
  const { client, server, established, denied, direction } = dependency;
  if (!estate.workloads.has(client) || !estate.workloads.has(server)) return 'not-managed';
  if (estate.isMulticast(server)) return 'multicast';
  if (!estate.isClosed(client) && !estate.isClosed(server)) return 'not-managed';
  if (estate.isScanner(client)) return 'scanner';
  if (established === 0) return denied > 0 ? 'denied' : 'unanswered';
  if (direction === DIRECTION_LEVELS.lowerPort) return 'ambiguous-direction';
  return undefined;
}

/** One entry for each reason that occurred. */
export function listRefusals(refused: readonly Refused[], { workloads }: Estate): Refusal[] {
  return (Object.keys(REASONS) as RefusalCode[]).flatMap((code) => {
    const dependencies = refused.filter((each) => each.code === code).map(({ dependency }) => dependency);
    if (dependencies.length === 0) return [];
    return [
      {
        reason: REASONS[code],
        code,
        dependencies: dependencies.length,
        connections: dependencies.reduce((sum, { connections }) => sum + connections, 0),
        examples: busiest(dependencies, EXAMPLES).map((dependency) => describeDependency(dependency, workloads)),
      },
    ];
  });
}

/** Why there is nothing at all, where not even a refusal says so. */
export function nothingSeen(estate: Estate): Refusal {
  const reason =
    estate.closed.length === 0
      ? 'no tier or shared service in the scope holds a managed workload, so there is nothing to protect'
      : 'no traffic to or from the managed workloads in the scope was seen in the window';
  return { reason, code: 'nothing-seen', dependencies: 0, connections: 0, examples: [] };
}
