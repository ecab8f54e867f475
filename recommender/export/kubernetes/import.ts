import { PROTOCOL } from '../../../ingest/kernel/port';
import { classify } from '../../model/address-classes';
import { addressSet, holds, unionOf, type AddressSet } from '../../model/address-set';
import { constantFilter, DENY, packetFilter, PASS, type ServiceFilter } from '../../model/packet-filter';
import { inRanges, LAST_PORT, type ServiceRange } from '../../model/service-range';
import type { EnforcementPoint, ExportFile } from '../backend';
import { readManifests, type NetworkPolicy, type PeerEntry, type PodLabels, type PortEntry } from './manifest';

const PROTOCOLS = { TCP: PROTOCOL.tcp, UDP: PROTOCOL.udp, SCTP: PROTOCOL.sctp } as const;

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
  const { policies, pods } = readManifests(files);
  const sets: AddressSet[] = [];
  const indexByKey = new Map<string, number>();
  const indexOf = (key: string, texts: () => string[]): number => {
    const index = indexByKey.get(key) ?? sets.length;
    if (index === sets.length) {
      sets.push(addressSet(texts()));
      indexByKey.set(key, index);
    }
    return index;
  };
  const select = podSelection(pods);
  const podsWith = (matchLabels: Readonly<Record<string, string>> = {}) =>
    indexOf(`pods ${JSON.stringify(matchLabels)}`, () => select(Object.entries(matchLabels)));
  const peerIndex = (peer: PeerEntry) =>
    'ipBlock' in peer ? indexOf(peer.ipBlock.cidr, () => [peer.ipBlock.cidr]) : podsWith(peer.podSelector.matchLabels);
  const openingOf = (peers: readonly PeerEntry[] | undefined, ports: readonly PortEntry[] | undefined): Opening => ({
    peers: peers?.length ? peers.map(peerIndex) : undefined,
    ranges: ports?.length ? ports.map(rangeOf) : undefined,
  });
  const isolationsFor = (
    type: 'Ingress' | 'Egress',
    openings: (spec: NetworkPolicy['spec']) => Opening[],
  ): Isolation[] =>
    policies
      .filter(({ spec }) => spec.policyTypes.includes(type))
      .map(({ spec }) => ({ pods: podsWith(spec.podSelector.matchLabels), openings: openings(spec) }));
  const egress = isolationsFor('Egress', (spec) => (spec.egress ?? []).map(({ to, ports }) => openingOf(to, ports)));
  const ingress = isolationsFor('Ingress', (spec) =>
    (spec.ingress ?? []).map(({ from, ports }) => openingOf(from, ports)),
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

/** Addresses of the pods with all of these labels; without any, of every pod. */
function podSelection(pods: PodLabels['pods']): (labels: readonly (readonly [string, string])[]) => string[] {
  const byLabel = new Map<string, Set<string>>();
  for (const { address, labels } of pods) {
    for (const label of Object.entries(labels)) {
      const known = byLabel.get(label.join('='));
      if (known) known.add(address);
      else byLabel.set(label.join('='), new Set([address]));
    }
  }
  return (labels) => {
    const [first, ...others] = labels.map((label) => byLabel.get(label.join('=')) ?? new Set<string>());
    if (!first) return pods.map(({ address }) => address);
    return [...first].filter((address) => others.every((set) => set.has(address)));
  };
}

function rangeOf({ protocol, port, endPort }: PortEntry): ServiceRange {
  return { protocol: PROTOCOLS[protocol], first: port ?? 0, last: endPort ?? port ?? LAST_PORT };
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
