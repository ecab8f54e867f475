import { Document, stringify, type Node } from 'yaml';
import { compareText } from '../../../ingest/kernel/text';
import { SIDES, type Side } from '../../model/closing';
import { rulesInOrder } from '../../model/decide';
import type { Policy, Rule, Selector } from '../../model/policy';
import { groupsStaged } from '../../model/staging';
import { listWords } from '../../propose/words';
import type { Loss, Rendered } from '../backend';
import { contextLosses } from '../context-losses';
import { describeRule } from '../describe-rule';
import { plainText } from '../plain-text';
import { withoutCutOff } from './cut-off';
import { createIsolations, type Isolation, type Opening, type Peer } from './isolation';
import { LABEL_VALUE, labelPods, type Membership, type NamedSelector } from './labels';
import { portsOf, type PolicyPort } from './ports';

/**
 * One NetworkPolicy that closes every pod in the directions in which its group is closed, and one for each group that has
 * rules. Policies add up, so a rule becomes an egress entry at its sources and an ingress entry at its destinations. Deny
 * rules that do not cut workloads off, logs, alerts and protocols beside TCP, UDP and SCTP cannot be said and are losses. Apply the file in every
 * namespace that has labelled pods.
 */
export function renderKubernetes(whole: Policy): Rendered {
  const { policy, said } = withoutCutOff(whole);
  const labelling = labelPods(policy);
  const { membershipOf, everyPod } = labelling;
  const { isolate, isolations } = createIsolations(labelling);
  const membershipsOf = (selectors: readonly Selector[]) =>
    gatherEveryone(selectors, policy.appliedTo, everyPod, membershipOf);
  for (const side of SIDES) isolate(labelling.closedTo(side), side);
  const referred: Membership[] = [];

  const losses: Loss[] = [...contextLosses(policy), ...stagedLosses(policy)];
  for (const rule of rulesInOrder(policy)) {
    const { ports, losses: lost } = admitted(rule, said.has(rule.id));
    losses.push(...lost);
    const comment = ` ${plainText(`${rule.id}: ${describeRule(rule)}`)}`;
    const open = (ends: readonly Selector[], side: Side, others: readonly Selector[]) => {
      const anybody = others.some(({ kind }) => kind === 'any');
      const memberships = anybody ? [] : membershipsOf(others);
      const peers = anybody ? undefined : memberships.flatMap(peersIn);
      // No peers or no ports in an entry mean all of them: an entry that says nothing must not be written.
      if (ports.length === 0 || peers?.length === 0) return;
      for (const membership of membershipsOf(ends)) {
        const openings = isolate(membership, side);
        if (openings) referred.push(...memberships);
        openings?.push({ peers, ports, comment });
      }
    };
    open(rule.sources, 'outbound', rule.destinations);
    open(rule.destinations, 'inbound', rule.sources);
  }

  const documents = isolations();
  const labelled = [...referred, ...documents.flatMap(({ selected }) => selected)].filter(
    ({ pods }) => pods.length > 0,
  );
  return {
    files: [
      { path: 'networkpolicies.yaml', text: documents.map((each) => networkPolicy(each, policy)).join('---\n') },
      { path: 'labels.yaml', text: labelsDocument(labelled) },
    ],
    losses,
  };
}

function stagedLosses(policy: Policy): Loss[] {
  const names = new Map(policy.groups.map(({ id, name }) => [id, name]));
  const groups = groupsStaged(policy).map((id) => names.get(id) ?? id);
  if (groups.length === 0) return [];
  const reason = `NetworkPolicy cannot alert: nothing is told of what ${listWords(groups)} would be denied`;
  return [{ rule: null, service: null, reason }];
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

/** @param said by taking out of other rules who is denied */
function admitted(rule: Rule, said: boolean): { ports: PolicyPort[]; losses: Loss[] } {
  if (rule.alertOnly) {
    const reason = 'NetworkPolicy cannot alert: nothing is told of what the rule would do';
    return { ports: [], losses: [{ rule: rule.id, service: null, reason }] };
  }
  const log: Loss[] = rule.log ? [{ rule: rule.id, service: null, reason: 'NetworkPolicy cannot log' }] : [];
  if (rule.action === 'deny') {
    if (said) return { ports: [], losses: log };
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

function networkPolicy({ name, selected, inbound, outbound }: Isolation, policy: Policy): string {
  const entries = (openings: readonly Opening[], key: 'from' | 'to') =>
    openings.map(({ peers, ports }) => (peers ? { [key]: peers, ports } : { ports }));
  const document = new Document(
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, annotations: { 'wayleave.dev/policy': policy.id } },
      spec: {
        podSelector: { matchLabels: Object.fromEntries(selected.map(({ label }) => [label, LABEL_VALUE])) },
        policyTypes: [...(inbound ? ['Ingress'] : []), ...(outbound ? ['Egress'] : [])],
        ...(inbound ? { ingress: entries(inbound, 'from') } : {}),
        ...(outbound ? { egress: entries(outbound, 'to') } : {}),
      },
    },
    { aliasDuplicateObjects: false },
  );
  for (const [direction, openings] of Object.entries({ ingress: inbound, egress: outbound })) {
    openings?.forEach(({ comment }, index) => {
      const entry = document.getIn(['spec', direction, index], true) as Node;
      entry.commentBefore = comment;
    });
  }
  return document.toString({ lineWidth: 0 });
}

function byLabel(a: Membership, b: Membership): number {
  return compareText(a.label, b.label);
}

function labelsDocument(memberships: readonly Membership[]): string {
  const labels = new Map<string, string[]>();
  const distinct = new Map(memberships.map((membership) => [membership.label, membership]));
  for (const { label, pods } of [...distinct.values()].sort(byLabel)) {
    for (const pod of pods) labels.set(pod, [...(labels.get(pod) ?? []), label]);
  }
  const pods = [...labels]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([address, keys]) => ({ address, labels: Object.fromEntries(keys.map((key) => [key, LABEL_VALUE])) }));
  return `# The labels that the policies in networkpolicies.yaml select by, for the pod behind each address.\n${stringify({ pods })}`;
}
