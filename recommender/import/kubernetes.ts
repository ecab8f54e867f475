import { WayleaveError } from '../../ingest/kernel/errors';
import type { ExportFile } from '../export/backend';
import { wordsIn } from '../export/describe-rule';
import { readManifests, type NetworkPolicy, type PeerEntry, type PortEntry } from '../export/kubernetes/manifest';
import { rangeOf, selectAmong, type Selecting } from '../export/kubernetes/select';
import { EVERY_ADDRESS, unionOf, type AddressSet } from '../model/address-set';
import type { ServiceRange } from '../model/service-range';
import { addressKey, differenceOf, intersectionOf, isWithin } from './address-algebra';
import type { Draft, DraftEnd, DraftRule } from './draft';
import { commonRanges, EVERY_SERVICE, tidyRanges } from './services';

/** Every pair of an egress and an ingress entry may open something. */
const MAX_ENTRIES = 1500;

/** What one entry lets through, as far as its own direction is concerned. */
interface Opening {
  readonly source: AddressSet;
  readonly destination: AddressSet;
  readonly services: readonly ServiceRange[];
  /** Where the file is of our making. */
  readonly id: string | null;
  readonly words: string | null;
  readonly section: string;
  readonly where: string;
}

/**
 * NetworkPolicies as drafts of rules. A packet needs an egress entry where its source is isolated and an ingress entry
 * where its destination is, so that a rule is what an entry of each kind has in common, or one entry and whoever is not
 * isolated.
 *
 * @throws WayleaveError `bad-export`, `bad-ruleset`
 */
export function readKubernetes(files: readonly ExportFile[]): Draft {
  const manifests = readManifests(files);
  const selecting = selectAmong(manifests);
  const names = podNames(manifests.policies, selecting);
  const egress = openingsOf(manifests.policies, 'Egress', selecting, names);
  const ingress = openingsOf(manifests.policies, 'Ingress', selecting, names);
  const boxes = boxesOf(egress, ingress);
  const rules = [...groupBoxes(boxes)].flatMap((group) => rulesIn(group, names));
  return {
    rules,
    closings: {
      deny: { inbound: ingress.isolated, outbound: egress.isolated },
      alert: { inbound: [], outbound: [] },
    },
    named: namedPods(manifests.policies, selecting, names),
    remarks: [],
  };
}

interface Direction {
  readonly openings: readonly Opening[];
  readonly isolated: AddressSet;
}

function openingsOf(
  policies: readonly NetworkPolicy[],
  type: 'Ingress' | 'Egress',
  { podsOf, peerOf }: Selecting,
  names: Map<string, string>,
): Direction {
  const own = policies.filter(({ spec }) => spec.policyTypes.includes(type));
  const openings: Opening[] = [];
  for (const policy of own) {
    const pods = podsOf(policy).addresses();
    const key = type === 'Egress' ? 'egress' : 'ingress';
    const entries: readonly { peers: PeerEntry[] | undefined; ports: PortEntry[] | undefined }[] =
      type === 'Egress'
        ? (policy.spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }))
        : (policy.spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }));
    entries.forEach(({ peers, ports }, index) => {
      const others = peers?.length
        ? unionOf(peers.map((peer) => namedPeer(peer, policy, peerOf, names)))
        : EVERY_ADDRESS;
      const [source, destination] = type === 'Egress' ? [pods, others] : [others, pods];
      const services = ports?.length ? tidyRanges(ports.map(rangeOf)) : EVERY_SERVICE;
      const [, id, words] = /^\s*(r-\S+): (.*)$/.exec(policy.comments[key][index] ?? '') ?? [];
      openings.push({
        source,
        destination,
        services,
        id: id ?? null,
        words: words === undefined ? null : wordsIn(words),
        section: id === undefined ? policy.metadata.namespace : 'Rules',
        where: `${policy.where}, ${key} ${index + 1}`,
      });
    });
  }
  if (openings.length > MAX_ENTRIES) {
    throw new WayleaveError(`there are ${openings.length} ${type} entries; expected at most ${MAX_ENTRIES}`, {
      code: 'bad-ruleset',
    });
  }
  return { openings, isolated: unionOf(own.map((policy) => podsOf(policy).addresses())) };
}

function namedPeer(
  peer: PeerEntry,
  policy: NetworkPolicy,
  peerOf: Selecting['peerOf'],
  names: Map<string, string>,
): AddressSet {
  const set = peerOf(peer, policy).addresses();
  if (!peer.ipBlock && peer.podSelector && set.length > 0) nameOnce(names, set, labelWords(peer.podSelector, policy));
  return set;
}

/** Whom policies are for has its name from there, whatever a peer calls the same pods. */
function podNames(policies: readonly NetworkPolicy[], { podsOf }: Selecting): Map<string, string> {
  const names = new Map<string, string>();
  for (const policy of policies) {
    const pods = podsOf(policy).addresses();
    if (pods.length > 0) nameOnce(names, pods, labelWords(policy.spec.podSelector, policy));
  }
  return names;
}

function nameOnce(names: Map<string, string>, set: AddressSet, name: string): void {
  const key = addressKey(set);
  if (!names.has(key)) names.set(key, name);
}

/** "shop/app=web"; of our own labels, the group's name. */
function labelWords(
  { matchLabels = {}, matchExpressions = [] }: NetworkPolicy['spec']['podSelector'],
  policy: NetworkPolicy,
): string {
  const labels = Object.entries(matchLabels);
  const [own] = labels;
  if (own?.[0].startsWith('group.wayleave.dev/') && labels.length === 1) return own[0].slice(own[0].indexOf('/') + 1);
  const words = [
    ...labels.map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values }) => `${key} ${operator} ${values.join('|')}`.trim()),
  ];
  return `${policy.metadata.namespace}/${words.length === 0 ? 'all pods' : words.join(',')}`;
}

/** What a rule opens, at both ends. */
type Box = Opening;

function boxesOf(egress: Direction, ingress: Direction): Box[] {
  const boxes: Box[] = [];
  const add = (box: Box) => {
    if (box.source.length > 0 && box.destination.length > 0 && box.services.length > 0) boxes.push(box);
  };
  for (const opening of egress.openings)
    add({ ...opening, destination: differenceOf(opening.destination, ingress.isolated) });
  for (const opening of ingress.openings) add({ ...opening, source: differenceOf(opening.source, egress.isolated) });
  // What we wrote opens both ends of every rule: what entries of different rules have in common is open anyway.
  const mixed = [...egress.openings, ...ingress.openings].some(({ id }) => id === null);
  const pairs = egress.openings.flatMap((out) => ingress.openings.map((into) => [out, into] as const));
  const isSame = ([out, into]: readonly [Opening, Opening]) => out.id !== null && out.id === into.id;
  for (const [out, into] of pairs.filter(isSame)) add(common(out, into));
  if (!mixed) return boxes;
  for (const [out, into] of pairs.filter((pair) => !isSame(pair))) {
    const box = { ...common(out, into), id: null, words: null };
    if (!boxes.some((other) => covers(other, box))) add(box);
  }
  return boxes;
}

function common(out: Opening, into: Opening): Box {
  return {
    ...into,
    source: intersectionOf(out.source, into.source),
    destination: intersectionOf(out.destination, into.destination),
    services: tidyRanges(commonRanges(out.services, into.services)),
  };
}

function covers(outer: Opening, inner: Opening): boolean {
  return (
    isWithin(inner.source, outer.source) &&
    isWithin(inner.destination, outer.destination) &&
    JSON.stringify(tidyRanges(commonRanges(inner.services, outer.services))) === JSON.stringify(inner.services)
  );
}

function groupBoxes(boxes: readonly Box[]): Iterable<readonly Box[]> {
  const groups = new Map<string, Box[]>();
  boxes.forEach((box, index) => {
    const key = box.id === null ? String(index) : `${box.id} ${JSON.stringify(box.services)}`;
    groups.set(key, [...(groups.get(key) ?? []), box]);
  });
  return groups.values();
}

/** One rule where the boxes are all that its sources and destinations make, and one for each of them elsewhere. */
function rulesIn(boxes: readonly Box[], names: ReadonlyMap<string, string>): DraftRule[] {
  const distinct = (sets: readonly AddressSet[]) => [...new Map(sets.map((set) => [addressKey(set), set])).values()];
  const sources = distinct(boxes.map(({ source }) => source));
  const destinations = distinct(boxes.map(({ destination }) => destination));
  const isOpen = (source: AddressSet, destination: AddressSet) =>
    boxes.some((box) => isWithin(source, box.source) && isWithin(destination, box.destination));
  const whole = sources.every((source) => destinations.every((destination) => isOpen(source, destination)));
  const [first] = boxes;
  if (whole && first) return [ruleOf(first, sources, destinations, names)];
  return boxes.map((box) => ruleOf(box, [box.source], [box.destination], names));
}

function ruleOf(
  { id, words, services, section, where }: Box,
  sources: readonly AddressSet[],
  destinations: readonly AddressSet[],
  names: ReadonlyMap<string, string>,
): DraftRule {
  const ends = (sets: readonly AddressSet[]): readonly DraftEnd[] | 'any' =>
    sets.some((set) => addressKey(set) === addressKey(EVERY_ADDRESS))
      ? 'any'
      : sets.map((set) => ({ name: names.get(addressKey(set)) ?? null, set }));
  return {
    id,
    words,
    action: 'allow',
    alertOnly: false,
    log: false,
    sources: ends(sources),
    destinations: ends(destinations),
    services,
    section,
    where,
  };
}

function namedPods(
  policies: readonly NetworkPolicy[],
  { podsOf }: Selecting,
  names: ReadonlyMap<string, string>,
): DraftEnd[] {
  return policies
    .map((policy) => podsOf(policy).addresses())
    .flatMap((set) => (set.length === 0 ? [] : { name: names.get(addressKey(set)) ?? null, set }));
}
