import { PROTOCOL } from '../../../ingest/kernel/port';
import { classify } from '../../model/address-classes';
import { holds, unionOf, type AddressSet } from '../../model/address-set';
import { constantFilter, DENY, packetFilter, PASS, type ServiceFilter } from '../../model/packet-filter';
import { inRanges, type ServiceRange } from '../../model/service-range';
import type { EnforcementPoint, ExportFile } from '../backend';
import { readManifests, type NetworkPolicy, type PeerEntry, type PortEntry } from './manifest';
import { rangeOf, selectAmong, type Selection } from './select';

/** Address resolution works on the link, where network plug-ins do not filter: ICMPv6 133 to 137 (RFC 4861). */
const LINK_UPKEEP: ServiceRange = { protocol: PROTOCOL.icmp6, first: 133 << 8, last: (137 << 8) | 255 };

interface Opening {
  /** Set indices, any of which will do; undefined for everybody. */
  readonly peers: readonly number[] | undefined;
  /** Undefined for everything. */
  readonly ranges: readonly ServiceRange[] | undefined;
}

/** One direction of one policy, for the pods it selects. */
interface Isolation {
  /** Set index. */
  readonly pods: number;
  readonly openings: readonly Opening[];
}

/**
 * What a conforming network plug-in does: a pod that some policy selects for a direction is closed in it, save for
 * the union of what these policies open. Other pods, and who has no pod, judge nothing.
 */
export function importKubernetes(files: readonly ExportFile[]): EnforcementPoint[] {
  const manifests = readManifests(files);
  const { podsOf, peerOf } = selectAmong(manifests);
  const sets: AddressSet[] = [];
  const indexByKey = new Map<string, number>();
  const indexOf = ({ key, addresses }: Selection): number => {
    const index = indexByKey.get(key) ?? sets.length;
    if (index === sets.length) {
      sets.push(addresses());
      indexByKey.set(key, index);
    }
    return index;
  };
  const isolationsFor = (
    type: 'Ingress' | 'Egress',
    entries: (
      spec: NetworkPolicy['spec'],
    ) => readonly { peers: PeerEntry[] | undefined; ports?: PortEntry[] | undefined }[],
  ): Isolation[] =>
    manifests.policies
      .filter(({ spec }) => spec.policyTypes.includes(type))
      .map((policy) => ({
        pods: indexOf(podsOf(policy)),
        openings: entries(policy.spec).map(({ peers, ports }) => ({
          peers: peers?.length ? peers.map((peer) => indexOf(peerOf(peer, policy))) : undefined,
          ranges: ports?.length ? ports.map(rangeOf) : undefined,
        })),
      }));
  const egress = isolationsFor('Egress', (spec) => (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports })));
  const ingress = isolationsFor('Ingress', (spec) =>
    (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports })),
  );

  const { classes, of } = classify(sets);
  const members = classes.map((each) => new Set(each.sets));
  const opened = (isolations: readonly Isolation[]) => {
    const byClass = members.map((inside) => openingsFor(isolations, inside));
    return (pod: bigint, other: bigint): ServiceFilter => {
      const inside = members[of(other)] ?? new Set<number>();
      return openingFilter(
        byClass[of(pod)]?.filter(({ peers }) => peers === undefined || peers.some((peer) => inside.has(peer))),
      );
    };
  };
  const [leaving, entering] = [opened(egress), opened(ingress)];
  const isolated = (isolations: readonly Isolation[]) => unionOf(isolations.map((each) => sets[each.pods] ?? []));
  const [sources, destinations] = [isolated(egress), isolated(ingress)];
  return [
    { name: 'egress of the pod', sees: (src) => holds(sources, src), filter: packetFilter(sets, leaving) },
    {
      name: 'ingress of the pod',
      sees: (_, dst) => holds(destinations, dst),
      filter: packetFilter(sets, (src, dst) => entering(dst, src)),
    },
  ];
}

/** Undefined where no policy selects the pod: then it is open. */
function openingsFor(isolations: readonly Isolation[], inside: ReadonlySet<number>): readonly Opening[] | undefined {
  const own = isolations.filter(({ pods }) => inside.has(pods));
  return own.length === 0 ? undefined : own.flatMap(({ openings }) => openings);
}

function openingFilter(openings: readonly Opening[] | undefined): ServiceFilter {
  if (!openings) return constantFilter(PASS);
  return {
    ranges: [LINK_UPKEEP, ...openings.flatMap(({ ranges }) => ranges ?? [])],
    decide(protocol, port) {
      if (inRanges([LINK_UPKEEP], protocol, port)) return PASS;
      const open = openings.some(({ ranges }) => ranges === undefined || inRanges(ranges, protocol, port));
      return open ? { action: 'allow', rule: null } : DENY;
    },
  };
}
