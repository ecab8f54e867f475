import { groupBy } from '../../analytics/graph/group-by';
import { DIRECTION_LEVELS } from '../../analytics/model/conversation';
import type { Dependency } from '../../analytics/model/dependency';
import type { Refusal, RefusalCode } from '../model/policy';
import { useId, type Standing } from './decisions';
import type { Estate } from './estate';
import { busiest, describeDependency } from './words';

const REASONS: Readonly<Record<RefusalCode, string>> = {
  'not-managed': 'neither end is a managed workload of a tier or shared service, or one is newer than the analysis',
  multicast: 'sent to a multicast or broadcast address, which no workload owns',
  scanner: 'opened by a scanner, which touches everything and depends on nothing',
  alert: 'an intrusion detection raised an alert about it, or a finding of a threat that nobody dismissed is about it',
  denied: 'denied by a firewall on the way every time',
  unanswered: 'never answered',
  'ambiguous-direction': 'no better evidence of who is the client than the lower port number',
  'single-sighting': 'one connection in the whole window, of which only behaviour tells who was the client',
  rejected: 'refused by a person',
  'external-client': 'a client outside the estate that was active in one hour only',
  'nothing-seen': 'there was nothing to propose from',
};
/** What no decision makes a rule of: there is no workload to write it for. */
const FINAL: ReadonlySet<RefusalCode> = new Set<RefusalCode>(['not-managed', 'multicast', 'nothing-seen']);
const EXAMPLES = 3;
/** Of each reason so many can be accepted one by one. */
const LISTED = 50;

export interface Refused {
  readonly code: RefusalCode;
  readonly dependency: Dependency;
}

/** What is known beside the dependencies. */
export interface Suspicion {
  /** Whether an intrusion detection raised an alert about any of its conversations, or a finding is about it. */
  isAlerted(dependency: Dependency): boolean;
  /** Whether it was found to be a scan or other noise. */
  isNoise(dependency: Dependency): boolean;
}

export const UNSUSPECTING: Suspicion = { isAlerted: () => false, isNoise: () => false };

/** Why a dependency must not become a rule, whatever else there is; undefined when it may. */
export function refusalOf(
  dependency: Dependency,
  estate: Estate,
  suspicion: Suspicion = UNSUSPECTING,
): RefusalCode | undefined {
  const { client, server, connections, established, denied, direction } = dependency;
  if (!estate.workloads.has(client) || !estate.workloads.has(server)) return 'not-managed';
  if (estate.isMulticast(server)) return 'multicast';
  if (!estate.isClosed(client) && !estate.isClosed(server)) return 'not-managed';
  if (suspicion.isAlerted(dependency)) return 'alert';
  if (estate.isScanner(client) || suspicion.isNoise(dependency)) return 'scanner';
  if (established === 0) return denied > 0 ? 'denied' : 'unanswered';
  if (direction === DIRECTION_LEVELS.lowerPort) return 'ambiguous-direction';
  if (connections === 1 && direction === DIRECTION_LEVELS.behaviour) return 'single-sighting';
  return undefined;
}

export interface Sifted {
  /** With what a person accepted in spite of its reason. */
  readonly kept: readonly Dependency[];
  readonly accepted: ReadonlySet<Dependency>;
  readonly refused: readonly Refused[];
}

/** @param elsewhere whether what touches nothing in the scope is left out rather than refused */
export function siftDependencies(
  dependencies: readonly Dependency[],
  estate: Estate,
  { suspicion, standing, elsewhere }: { suspicion: Suspicion; standing: Standing; elsewhere: boolean },
): Sifted {
  const kept: Dependency[] = [];
  const accepted = new Set<Dependency>();
  const refused: Refused[] = [];
  for (const dependency of dependencies) {
    const code = refusalOf(dependency, estate, suspicion);
    if (code === undefined) kept.push(dependency);
    else if (!FINAL.has(code) && standing.accepts(dependency)) {
      kept.push(dependency);
      accepted.add(dependency);
    } else if (code !== 'not-managed' || !elsewhere) refused.push({ code, dependency });
  }
  return { kept, accepted, refused };
}

/** One entry for each reason that occurred. */
export function listRefusals(refused: readonly Refused[], { workloads }: Estate): Refusal[] {
  const byCode = groupBy(refused, ({ code }) => code);
  return (Object.keys(REASONS) as RefusalCode[]).flatMap((code) => {
    const dependencies = (byCode.get(code) ?? []).map(({ dependency }) => dependency);
    if (dependencies.length === 0) return [];
    const listed = busiest(dependencies, LISTED);
    const refusal = {
      reason: REASONS[code],
      code,
      dependencies: dependencies.length,
      connections: dependencies.reduce((sum, { connections }) => sum + connections, 0),
      examples: listed.slice(0, EXAMPLES).map((dependency) => describeDependency(dependency, workloads)),
    };
    if (FINAL.has(code) || code === 'rejected') return [refusal];
    const uses = listed.map((dependency) => {
      const { client, server, service, connections, firstSeen, lastSeen } = dependency;
      const words = describeDependency(dependency, workloads);
      return { id: useId(dependency), client, server, service, connections, firstSeen, lastSeen, words };
    });
    return [{ ...refusal, refused: uses }];
  });
}
