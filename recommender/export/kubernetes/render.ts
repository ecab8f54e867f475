import { Document, stringify, type Node } from 'yaml';
import { rulesInOrder } from '../../model/decide';
import type { Policy, Rule, Selector } from '../../model/policy';
import type { Loss, Rendered } from '../backend';
import { plainText } from '../plain-text';
import { LABEL_VALUE, labelPods, type Membership, type NamedSelector } from './labels';
import { portsOf, type PolicyPort } from './ports';

interface Peer {
  readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly namespaceSelector?: Readonly<Record<string, never>>;
  readonly ipBlock?: { readonly cidr: string };
}

/** One entry of `ingress` or `egress`; without peers it is for everybody. */
interface Opening {
  readonly peers: readonly Peer[] | undefined;
  readonly ports: readonly PolicyPort[];
  readonly comment: string;
}

interface Isolation {
  readonly membership: Membership;
  readonly ingress: Opening[];
  readonly egress: Opening[];
}

/**
 * One NetworkPolicy that closes every pod in both directions, and one for each group that has rules. Policies add up,
 * so a rule becomes an egress entry at its sources and an ingress entry at its destinations. Deny rules, logs and protocols
 * beside TCP, UDP and SCTP cannot be said and are losses. Apply the file in every namespace that has labelled pods.
 */
export function renderKubernetes(policy: Policy): Rendered {
  const { membershipOf, everyPod } = labelPods(policy);
  const isolations = new Map<string, Isolation>();
  const isolate = (membership: Membership): Isolation[] => {
    if (membership.pods.length === 0) return [];
    const isolation = isolations.get(membership.name) ?? { membership, ingress: [], egress: [] };
    isolations.set(membership.name, isolation);
    return [isolation];
  };
  const membershipsOf = (selectors: readonly Selector[]) =>
    gatherEveryone(selectors, policy.appliedTo, everyPod, membershipOf);
  isolate(everyPod);

  const losses: Loss[] = [];
  for (const rule of rulesInOrder(policy)) {
    const { ports, losses: lost } = admitted(rule);
    losses.push(...lost);
    const comment = ` ${plainText(`${rule.id}: ${rule.words}`)}`;
    const open = (ends: readonly Selector[], direction: 'ingress' | 'egress', others: readonly Selector[]) => {
      const peers = others.some(({ kind }) => kind === 'any') ? undefined : membershipsOf(others).flatMap(peersIn);
      // No peers or no ports in an entry mean all of them: an entry that says nothing must not be written.
      if (ports.length === 0 || peers?.length === 0) return;
      for (const isolation of membershipsOf(ends).flatMap(isolate))
        isolation[direction].push({ peers, ports, comment });
    };
    open(rule.sources, 'egress', rule.destinations);
    open(rule.destinations, 'ingress', rule.sources);
  }

  const sorted = [...isolations].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, isolation]) => isolation);
  return {
    files: [
      { path: 'networkpolicies.yaml', text: sorted.map((isolation) => networkPolicy(isolation, policy)).join('---\n') },
      { path: 'labels.yaml', text: labelsDocument(sorted.map(({ membership }) => membership)) },
    ],
    losses,
  };
}

/** What the selectors stand for, every group that is closed being one; `any` is at least that. */
function gatherEveryone(
  selectors: readonly Selector[],
  appliedTo: readonly string[],
  everyPod: Membership,
  membershipOf: (selector: NamedSelector) => Membership,
): Membership[] {
  const closed = new Set(appliedTo);
  const named = selectors.filter((selector) => selector.kind !== 'any');
  const groups = new Set(
    named.flatMap((selector) => (selector.kind === 'group' && closed.has(selector.group) ? [selector.group] : [])),
  );
  if (named.length === selectors.length && groups.size < closed.size) return named.map(membershipOf);
  const others = named.filter((selector) => selector.kind !== 'group' || !closed.has(selector.group));
  return [everyPod, ...others.map(membershipOf)];
}

function admitted(rule: Rule): { ports: PolicyPort[]; losses: Loss[] } {
  const log: Loss[] = rule.log ? [{ rule: rule.id, service: null, reason: 'NetworkPolicy cannot log' }] : [];
  if (rule.action === 'deny') {
    return {
      ports: [],
      losses: [...log, { rule: rule.id, service: null, reason: 'NetworkPolicy cannot deny what another rule allows' }],
    };
  }
  const { ports, losses } = portsOf(rule.services, rule.id);
  return { ports, losses: [...log, ...losses] };
}

function peersIn({ label, pods, blocks }: Membership): Peer[] {
  const inAnyNamespace: Peer = { podSelector: { matchLabels: { [label]: LABEL_VALUE } }, namespaceSelector: {} };
  return [
    ...(pods.length === 0 ? [] : [inAnyNamespace]),
    ...blocks.map((text): Peer => ({ ipBlock: { cidr: asCidr(text) } })),
  ];
}

function asCidr(text: string): string {
  if (text.includes('/')) return text;
  return `${text}/${text.includes(':') ? 128 : 32}`;
}

function networkPolicy({ membership, ingress, egress }: Isolation, policy: Policy): string {
  const entries = (openings: readonly Opening[], key: 'from' | 'to') =>
    openings.map(({ peers, ports }) => (peers ? { [key]: peers, ports } : { ports }));
  const document = new Document(
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: membership.name, annotations: { 'wayleave.dev/policy': policy.id } },
      spec: {
        podSelector: { matchLabels: { [membership.label]: LABEL_VALUE } },
        policyTypes: ['Ingress', 'Egress'],
        ingress: entries(ingress, 'from'),
        egress: entries(egress, 'to'),
      },
    },
    { aliasDuplicateObjects: false },
  );
  for (const [direction, openings] of Object.entries({ ingress, egress })) {
    openings.forEach(({ comment }, index) => {
      const entry = document.getIn(['spec', direction, index], true) as Node;
      entry.commentBefore = comment;
    });
  }
  return document.toString({ lineWidth: 0 });
}

function labelsDocument(memberships: readonly Membership[]): string {
  const labels = new Map<string, string[]>();
  for (const { label, pods } of memberships) {
    for (const pod of pods) labels.set(pod, [...(labels.get(pod) ?? []), label]);
  }
  const pods = [...labels]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([address, keys]) => ({ address, labels: Object.fromEntries(keys.map((key) => [key, LABEL_VALUE])) }));
  return `# The labels that the policies in networkpolicies.yaml select by, for the pod behind each address.\n${stringify({ pods })}`;
}
