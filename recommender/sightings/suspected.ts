import type { Dependency } from '../../analytics/model/dependency';
import type { ThreatFinding, ThreatKind } from '../../analytics/threats';
import { administers } from '../reach/administration';

/** What is found of these kinds is the administering itself, whatever else the same two have to do with each other. */
const BY_ADMINISTERING: ReadonlySet<ThreatKind> = new Set<ThreatKind>([
  'first-administration',
  'administration-spread',
  'remote-execution',
  'directory-replication',
]);
/** What is found of these kinds may be in anything that goes from one to the other. */
const BY_CALLING: ReadonlySet<ThreatKind> = new Set<ThreatKind>(['beacon', 'dns-tunnel']);

/**
 * Whether a use is what a finding is about: no rule is to come of it as long as nobody said that it is right.
 *
 * @param findings that nobody dismissed
 */
export function suspectedBy(
  findings: readonly Pick<ThreatFinding, 'kind' | 'workloads'>[],
): (dependency: Pick<Dependency, 'client' | 'server' | 'service'>) => boolean {
  const pairsOf = (kinds: ReadonlySet<ThreatKind>): Set<string> =>
    new Set(findings.filter(({ kind }) => kinds.has(kind)).flatMap(({ workloads }) => pairs(workloads)));
  const administering = pairsOf(BY_ADMINISTERING);
  const calling = pairsOf(BY_CALLING);
  return ({ client, server, service }) => {
    const pair = `${client}\t${server}`;
    return calling.has(pair) || (administering.has(pair) && administers(service));
  };
}

function pairs(workloads: ThreatFinding['workloads']): string[] {
  const of = (wanted: 'source' | 'target') => workloads.filter(({ part }) => part === wanted);
  return of('source').flatMap((source) => of('target').map((target) => `${source.workload}\t${target.workload}`));
}
