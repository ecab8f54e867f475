import { PROTOCOL } from '../../../ingest/kernel/port';
import { addressSet, type AddressSet, type Interval } from '../../model/address-set';
import { LAST_PORT, type ServiceRange } from '../../model/service-range';
import type { LabelSelector, Manifests, NetworkPolicy, PeerEntry, Pod, PortEntry } from './manifest';

const PROTOCOLS = { TCP: PROTOCOL.tcp, UDP: PROTOCOL.udp, SCTP: PROTOCOL.sctp } as const;

/** Who is meant by what a policy says. */
export interface Selection {
  /** Equal keys, equal addresses. */
  readonly key: string;
  addresses(): AddressSet;
}

export interface Selecting {
  /** The pods that the policy is for. */
  podsOf(policy: NetworkPolicy): Selection;
  peerOf(peer: PeerEntry, policy: NetworkPolicy): Selection;
}

export function selectAmong({ pods, namespaces }: Manifests): Selecting {
  const labelled = createPodIndex(pods);
  const select = (podSelector: LabelSelector, inNamespace: (namespace: string | null) => boolean): AddressSet =>
    addressSet(
      labelled(podSelector).flatMap(({ address, namespace, labels }) =>
        inNamespace(namespace) && meets(podSelector, labels) ? [address] : [],
      ),
    );
  const isEmpty = (selector: LabelSelector) =>
    Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;

  return {
    podsOf: ({ metadata, spec: { podSelector } }) => ({
      key: `pods ${metadata.namespace} ${JSON.stringify(podSelector)}`,
      addresses: () => select(podSelector, (namespace) => namespace === null || namespace === metadata.namespace),
    }),
    peerOf({ podSelector = {}, namespaceSelector, ipBlock }, { metadata }) {
      if (ipBlock) return { key: `block ${JSON.stringify(ipBlock)}`, addresses: () => blockOf(ipBlock) };
      if (!namespaceSelector) {
        return {
          key: `pods ${metadata.namespace} ${JSON.stringify(podSelector)}`,
          addresses: () => select(podSelector, (namespace) => namespace === null || namespace === metadata.namespace),
        };
      }
      return {
        key: `pods of ${JSON.stringify(namespaceSelector)} ${JSON.stringify(podSelector)}`,
        addresses: () =>
          select(podSelector, (namespace) =>
            namespace === null
              ? isEmpty(namespaceSelector)
              : meets(namespaceSelector, namespaces.get(namespace) ?? { 'kubernetes.io/metadata.name': namespace }),
          ),
      };
    },
  };
}

/** Pods that may meet a selector: those with one of the labels it asks for. */
function createPodIndex(pods: readonly Pod[]): (selector: LabelSelector) => readonly Pod[] {
  const byLabel = new Map<string, Pod[]>();
  for (const pod of pods) {
    for (const label of Object.entries(pod.labels)) {
      const known = byLabel.get(label.join('='));
      if (known) known.push(pod);
      else byLabel.set(label.join('='), [pod]);
    }
  }
  return ({ matchLabels = {} }) => {
    const [first] = Object.entries(matchLabels);
    return first ? (byLabel.get(first.join('=')) ?? []) : pods;
  };
}

function meets(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
      }
    })
  );
}

/** What is left of a block without its exceptions, which lie within it. */
function blockOf({ cidr, except }: NonNullable<PeerEntry['ipBlock']>): AddressSet {
  let left: Interval[] = [...addressSet([cidr])];
  for (const hole of addressSet(except)) {
    left = left.flatMap(({ first, last }) =>
      [
        { first, last: hole.first - 1n < last ? hole.first - 1n : last },
        { first: hole.last + 1n > first ? hole.last + 1n : first, last },
      ].filter((part) => part.first <= part.last),
    );
  }
  return left;
}

export function rangeOf({ protocol, port, endPort }: PortEntry): ServiceRange {
  return { protocol: PROTOCOLS[protocol], first: port ?? 0, last: endPort ?? port ?? LAST_PORT };
}
