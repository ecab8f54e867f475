import { WayleaveError } from '../../../ingest/kernel/errors';
import { parseAddress } from '../../../ingest/kernel/ip';
import { addressSet, holds } from '../../model/address-set';
import { groupsClosed, SIDES, type Side } from '../../model/closing';
import type { Policy, PolicyGroup, Selector } from '../../model/policy';
import { uniqueNames, type Named } from '../unique-names';

export type NamedSelector = Exclude<Selector, { readonly kind: 'any' }>;

/** A selector told apart into what has pods and what has addresses only. */
export interface Membership {
  /** Also the name of the policy that isolates these pods. */
  readonly name: string;
  /** Of a policy that isolates those of them which are closed in one direction only. */
  readonly partly: Readonly<Record<Side, string>>;
  /** Label key, of its pods. */
  readonly label: string;
  /** Addresses of closed workloads: those are the pods. Sorted. */
  readonly pods: readonly string[];
  /** Prefixes and addresses of everything else it stands for, sorted. */
  readonly blocks: readonly string[];
}

export interface Labelling {
  membershipOf(selector: NamedSelector): Membership;
  /** Every workload of a closed group: what is said of all of them is said once. */
  readonly everyPod: Membership;
  /** Those to or from which nothing may go that no rule admits. */
  closedTo(side: Side): Membership;
}

const LABEL_PREFIX = 'group.wayleave.dev';
export const LABEL_VALUE = 'member';

/** The part of a label key after the slash, and an object's name here, have at most 63 characters (RFC 1123 label). */
const MAX_NAME = 63;
const EVERY_POD = 'every closed workload';
const CLOSED_TO = { inbound: 'closed inbound', outbound: 'closed outbound' } as const;

/**
 * NetworkPolicy selects pods by label, so every group that a rule names becomes a label on those of its members that
 * are closed. Other addresses have no pods that we know of and are reached by `ipBlock`. A prefix that holds pods gets
 * a label as well: whether `ipBlock` matches pod addresses is up to the network plug-in, a label always does.
 *
 * @throws WayleaveError `not-expressible` when a closed group names a network instead of its workloads
 */
export function labelPods(policy: Policy): Labelling {
  const groups = new Map(policy.groups.map((group) => [group.id, group]));
  const selections = [
    ...[EVERY_POD, ...Object.values(CLOSED_TO)].map((name) => ({ id: name, name })),
    ...policy.groups.map(({ id, name }) => ({ id: keyOf({ kind: 'group', group: id }), name })),
    ...prefixesIn(policy).map((prefix) => ({ id: keyOf({ kind: 'prefix', prefix }), name: `net ${prefix}` })),
  ];
  const inPart = (policy.closures ?? []).length === 0 ? [] : SIDES.flatMap((side) => partsOf(selections, side));
  const names = uniqueNames([...selections, ...inPart], {
    forbidden: /[^a-z0-9]/,
    separator: '-',
    maxLength: MAX_NAME,
  });
  const enforced = new Set(SIDES.flatMap((side) => groupsClosed(policy, side, 'deny')));
  const closed = new Map(
    policy.appliedTo
      .flatMap((id) => podsOf(groups.get(id), policy, enforced.has(id)))
      .map((text) => [text, parseAddress(text)]),
  );
  const known = new Map<string, Membership>();

  const named = (key: string, pods: readonly string[], blocks: readonly string[]): Membership => {
    const name = names.get(key) ?? '';
    const partly = {
      inbound: names.get(partlyKey(key, 'inbound')) ?? '',
      outbound: names.get(partlyKey(key, 'outbound')) ?? '',
    };
    return { name, partly, label: `${LABEL_PREFIX}/${name}`, pods: [...pods].sort(), blocks };
  };
  const tellApart = (key: string, texts: readonly string[]): Membership => {
    const blocks = texts.filter((text) => !closed.has(text));
    const inBlocks = addressSet(blocks);
    const covered =
      blocks.length === 0 ? [] : [...closed].filter(([, address]) => holds(inBlocks, address)).map(([text]) => text);
    return named(key, [...new Set([...texts.filter((text) => closed.has(text)), ...covered])], blocks);
  };

  const everyPod = named(EVERY_POD, [...closed.keys()], []);

  return {
    membershipOf(selector) {
      const key = keyOf(selector);
      const texts = selector.kind === 'group' ? (groups.get(selector.group)?.addresses ?? []) : [selector.prefix];
      const membership = known.get(key) ?? tellApart(key, texts);
      known.set(key, membership);
      return membership;
    },
    everyPod,
    closedTo(side) {
      const pods = new Set(groupsClosed(policy, side, 'deny').flatMap((id) => groups.get(id)?.addresses ?? []));
      return pods.size === closed.size ? everyPod : named(CLOSED_TO[side], [...pods], []);
    },
  };
}

function keyOf(selector: NamedSelector): string {
  return selector.kind === 'group' ? `group ${selector.group}` : `prefix ${selector.prefix}`;
}

function partsOf(selections: readonly Named[], side: Side): Named[] {
  return selections.map(({ id, name }) => ({ id: partlyKey(id, side), name: `${name} ${side}` }));
}

function partlyKey(key: string, side: Side): string {
  return `${side} of ${key}`;
}

function prefixesIn({ sections }: Policy): string[] {
  const rules = sections.flatMap((section) => section.rules);
  const selectors = [...rules.flatMap(({ sources }) => sources), ...rules.flatMap(({ destinations }) => destinations)];
  return [...new Set(selectors.flatMap((selector) => (selector.kind === 'prefix' ? [selector.prefix] : [])))];
}

function podsOf(group: PolicyGroup | undefined, policy: Policy, enforced: boolean): readonly string[] {
  const network = group?.addresses.find((text) => text.includes('/'));
  if (network === undefined) return group?.addresses ?? [];
  if (!enforced) return group?.addresses.filter((text) => !text.includes('/')) ?? [];
  throw new WayleaveError(
    `"${group?.name}" is closed and names the network ${network}; a pod selector needs its workloads' addresses`,
    {
      code: 'not-expressible',
      where: { policy: policy.id, group: group?.id ?? '', network },
    },
  );
}
