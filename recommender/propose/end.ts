import type { Group } from '../../analytics/model/topology';
import type { Workload } from '../../analytics/model/workload';
import { formatPrefix, parseAddress } from '../../ingest/kernel/ip';
import { addressSet, holds } from '../model/address-set';
import type { PolicyGroup, Selector } from '../model/policy';
import { membersOf, type Estate } from './estate';
import { LOOSE_SHARE } from './floating';
import { INTERNET_SPREAD, internetPrefixes, networksOf, spreadOf } from './internet';
import { listWords } from './words';

/** One side of a rule. */
export interface End {
  readonly name: string;
  readonly selectors: readonly Selector[];
  /** What the policy must hold for the selectors to mean something. */
  readonly group: PolicyGroup | undefined;
  /** Ids of the known workloads it stands for. */
  readonly workloads: readonly string[];
  readonly isInternet: boolean;
}

export interface Ends {
  /** Members of a group that one rule end can stand for have the same layer. */
  layerOf(group: Group, workload: string): string;
  /**
   * What stands for a group in a rule, given which members of one layer were seen. Tiers and shared services stand for
   * themselves. External workloads of many unrelated allocations are the Internet; otherwise they are their networks.
   * Unknown hosts are named one by one unless half of their group was seen.
   */
  endOf(group: Group, seen: readonly string[]): End;
  /** What stands for a group whoever of it was seen. */
  wholeEnd(group: Group): End;
  /** One workload by itself, for rules that are about nobody else. */
  workloadEnd(group: Group, workload: string): End;
}

export function createEnds({ workloads, freeze }: Estate): Ends {
  const all = [...workloads.values()];
  const prefixes = internetPrefixes(all);
  const publicSpace = addressSet(prefixes);
  const isPublic = ({ addresses }: Workload) => addresses.every((address) => holds(publicSpace, parseAddress(address)));
  const internet: End = {
    ...groupEnd(
      { id: 'internet:public', kind: 'external', name: 'the Internet', application: null, addresses: prefixes },
      all.filter(isPublic).map(({ id }) => id),
    ),
    isInternet: true,
  };
  const seenOf = (ids: readonly string[]) => ids.flatMap((id) => workloads.get(id) ?? []);
  /** One for each group, however many rules name it: a group of thousands is in thousands of rules. */
  const whole = new Map<string, End>();
  const single = new Map<string, End>();
  const wholeGroup = (group: Group): End => {
    const known = whole.get(group.id) ?? groupEnd(freeze(group), membersOf(group));
    whole.set(group.id, known);
    return known;
  };

  return {
    layerOf(group, id) {
      const workload = workloads.get(id);
      return group.kind === 'external' && workload && isPublic(workload) ? 'public' : '';
    },
    endOf(group, ids) {
      if (group.kind === 'external') {
        const seen = seenOf(ids);
        if (spreadOf(seen) >= INTERNET_SPREAD && seen.every(isPublic)) return internet;
        return prefixEnd(seen, seen.flatMap(networksOf).map(formatPrefix));
      }
      if (group.kind === 'unknown' && ids.length < LOOSE_SHARE * group.members.length) {
        const seen = seenOf(ids);
        return prefixEnd(
          seen,
          seen.flatMap(({ addresses }) => addresses),
        );
      }
      return wholeGroup(group);
    },
    wholeEnd: wholeGroup,
    workloadEnd(group, id) {
      const known = single.get(id);
      if (known) return known;
      const { name = id, addresses = [] } = workloads.get(id) ?? {};
      const alone = { id: `workload:${id}`, kind: group.kind, name, application: group.application };
      const end = groupEnd({ ...alone, addresses: [...addresses].sort() }, [id]);
      single.set(id, end);
      return end;
    },
  };
}

export function groupEnd(group: PolicyGroup, workloads: readonly string[]): End {
  return { name: group.name, selectors: [{ kind: 'group', group: group.id }], group, workloads, isInternet: false };
}

function prefixEnd(workloads: readonly Workload[], texts: readonly string[]): End {
  const prefixes = [...new Set(texts)].sort();
  return {
    name: listWords(prefixes),
    selectors: prefixes.map((prefix) => ({ kind: 'prefix', prefix })),
    group: undefined,
    workloads: workloads.map(({ id }) => id),
    isInternet: false,
  };
}

/** Of every end once: whole groups are the same object in thousands of drafts. */
const KEYS = new WeakMap<End, string>();

/** Equal for ends that stand for the same. */
export function keyOfEnds(ends: readonly End[]): string {
  return ends
    .map((end) => {
      const key = KEYS.get(end) ?? JSON.stringify(end.selectors);
      KEYS.set(end, key);
      return key;
    })
    .join();
}
