import type { Dependency } from '../../analytics/model/dependency';
import type { Window } from '../../analytics/model/topology';
import type { Workload } from '../../analytics/model/workload';
import { addressSet, holds, unionOf } from '../model/address-set';
import { createFilter, rulesInOrder } from '../model/decide';
import { getsThrough } from '../model/packet-filter';
import type { Policy } from '../model/policy';
import { createJudge } from './judge';
import { explainDenials, type Denial, type DeniedUse } from './denial';
import { measureSurface, type Surface } from './surface';
import { addVolumes, NOTHING, partOf, shareOf, volumeOf, withoutPart, type Share, type Volume } from './volume';

export interface ReplayInput {
  readonly window: Window;
  /** Of that window, with those that the policy has never seen. */
  readonly workloads: readonly Workload[];
  readonly dependencies: readonly Dependency[];
}

/** What a policy would have done to the traffic of a window it was not made from. */
export interface Replay {
  readonly policy: string;
  readonly window: Window;
  /** Answered, and to or from a workload the policy closes; `permitted` and `denied` are parts of it. */
  readonly legitimate: Volume;
  readonly permitted: Share;
  readonly denied: Share;
  /** Answered, but the policy closes neither end. */
  readonly notOurBusiness: Volume;
  /** What did not count as legitimate: no answer, already denied on the way, opened by a scanner. */
  readonly setAside: { readonly unanswered: Volume; readonly denied: Volume; readonly scanner: Volume };
  /** Legitimate use of each rule that had any, in the policy's order. */
  readonly hits: readonly ({ readonly rule: string } & Volume)[];
  /** Ids of the rules without, in the policy's order. */
  readonly unused: readonly string[];
  /** The legitimate use that would be denied, most connections first, at most `DENIED_LISTED`. */
  readonly deniedExamples: readonly DeniedUse[];
  readonly surface: Surface;
}

const DENIED_LISTED = 1000;

/**
 * Connections count as far as they were answered. A dependency counts as denied when any of its ports or addresses
 * would be; as the roll-up keeps no counts for each, its connections and packets are split evenly over its ports.
 *
 * @throws WayleaveError `unknown-group`
 */
export function replay(policy: Policy, { window, workloads, dependencies }: ReplayInput): Replay {
  const judge = createJudge(createFilter(policy), workloads);
  const scanners = unionOf(
    policy.groups.filter(({ kind }) => kind === 'scanner').map(({ addresses }) => addressSet(addresses)),
  );
  const isScanner = (id: string) => judge.addressesOf(id).some((address) => holds(scanners, address));

  let [permitted, denied, notOurBusiness] = [NOTHING, NOTHING, NOTHING];
  const setAside = { unanswered: NOTHING, denied: NOTHING, scanner: NOTHING };
  const hits = new Map<string, Volume>();
  const denials: Denial[] = [];

  for (const dependency of dependencies) {
    const { connections, established } = dependency;
    if (isScanner(dependency.client)) {
      setAside.scanner = addVolumes(setAside.scanner, volumeOf(dependency, connections));
      continue;
    }
    if (established === 0) {
      const reason = dependency.denied > 0 ? 'denied' : 'unanswered';
      setAside[reason] = addVolumes(setAside[reason], volumeOf(dependency, connections));
      continue;
    }
    const use = volumeOf(dependency, established);
    const verdicts = judge.verdicts(dependency);
    if (verdicts.every(({ action }) => action === 'pass')) {
      notOurBusiness = addVolumes(notOurBusiness, use);
      continue;
    }
    const refusals = verdicts.filter((verdict) => !getsThrough(verdict));
    const lost = partOf(use, refusals.length / verdicts.length, refusals.length > 0);
    const kept = withoutPart(use, lost);
    permitted = addVolumes(permitted, kept);
    denied = addVolumes(denied, lost);
    for (const rule of new Set(
      verdicts.flatMap(({ action, rule }) => (action === 'allow' && rule !== null ? [rule] : [])),
    )) {
      const share = verdicts.filter((verdict) => verdict.rule === rule).length / verdicts.length;
      hits.set(rule, addVolumes(hits.get(rule) ?? NOTHING, partOf(use, share, true)));
    }
    if (refusals[0]) denials.push({ dependency, volume: lost, rule: refusals[0].rule });
  }

  const legitimate = addVolumes(permitted, denied);
  const rules = rulesInOrder(policy).map(({ id }) => id);
  return {
    policy: policy.id,
    window,
    legitimate,
    permitted: shareOf(permitted, legitimate),
    denied: shareOf(denied, legitimate),
    notOurBusiness,
    setAside,
    hits: rules.flatMap((rule) => (hits.has(rule) ? [{ rule, ...(hits.get(rule) ?? NOTHING) }] : [])),
    unused: rules.filter((rule) => !hits.has(rule)),
    deniedExamples: explainDenials(denials, policy, workloads, DENIED_LISTED),
    surface: measureSurface(judge, workloads, dependencies),
  };
}
