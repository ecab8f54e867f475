import { isV4Text } from '../../model/address-set';
import { groupsClosed, type Side as ClosedSide } from '../../model/closing';
import { contentId } from '../../model/identity';
import type { Policy, Selector } from '../../model/policy';
import { uniqueNames } from '../unique-names';

/** A named set of each family that has any addresses; nft cannot mix them. */
export interface NamedSets {
  /** Without the family's suffix. */
  readonly name: string;
  /** For the reader. */
  readonly title: string;
  readonly v4: readonly string[];
  readonly v6: readonly string[];
}

/** Who is matched: everybody, or the members of a set. */
export type Side = 'any' | NamedSets;

export interface SetCatalogue {
  /** To or from whom what no rule admits is refused, or is let pass with an alert. */
  closed(side: ClosedSide, closing: 'deny' | 'alert'): NamedSets;
  side(selectors: readonly Selector[]): Side;
  /** Every set handed out, in name order. */
  used(): NamedSets[];
}

const CLOSED = {
  deny: { name: 'closed', title: 'closed to everything that no rule allows' },
  alert: { name: 'watched', title: 'alerts of everything that no rule allows, and lets it pass' },
} as const;

/** nft takes 255 characters (300 are refused, nft 1.0.6); the rest is for prefix and family. */
const MAX_NAME = 200;

export function catalogueSets(policy: Policy): SetCatalogue {
  const names = uniqueNames(policy.groups, { forbidden: /[^a-z0-9]/, separator: '_', maxLength: MAX_NAME });
  const groups = new Map(policy.groups.map((group) => [group.id, group]));
  const catalogue = new Map<string, NamedSets>();

  const keep = (key: string, name: string, title: string, texts: readonly string[]): NamedSets => {
    const distinct = [...new Set(texts)].sort();
    const v4 = distinct.filter(isV4Text);
    const sets = { name, title, v4, v6: distinct.filter((text) => !v4.includes(text)) };
    catalogue.set(key, sets);
    return sets;
  };
  const textsOf = (selector: Selector): readonly string[] => {
    switch (selector.kind) {
      case 'any':
        return [];
      case 'group':
        return groups.get(selector.group)?.addresses ?? [];
      case 'prefix':
        return [selector.prefix];
    }
  };
  const keyOf = (selectors: readonly Selector[]) =>
    [...new Set(selectors.map((selector) => JSON.stringify(selector)))].sort().join();

  const keepClosed = (closing: 'deny' | 'alert'): Record<ClosedSide, NamedSets> => {
    const { name, title } = CLOSED[closing];
    const [inbound, outbound] = (['inbound', 'outbound'] as const).map((side) => groupsClosed(policy, side, closing));
    const textsIn = (ids: readonly string[] = []) => ids.flatMap((id) => groups.get(id)?.addresses ?? []);
    if (String(inbound) === String(outbound)) {
      const both = keep(name, name, title, textsIn(inbound));
      return { inbound: both, outbound: both };
    }
    return {
      inbound: keep(`${name} in`, `${name}_in`, `inbound: ${title}`, textsIn(inbound)),
      outbound: keep(`${name} out`, `${name}_out`, `outbound: ${title}`, textsIn(outbound)),
    };
  };
  const closed = { deny: keepClosed('deny'), alert: keepClosed('alert') };

  return {
    closed: (side, closing) => closed[closing][side],
    side(selectors) {
      if (selectors.some(({ kind }) => kind === 'any')) return 'any';
      const key = keyOf(selectors);
      const known = catalogue.get(key);
      if (known) return known;
      const [only] = selectors;
      if (only?.kind === 'group' && selectors.length === 1) {
        return keep(key, `g_${names.get(only.group)}`, groups.get(only.group)?.name ?? only.group, textsOf(only));
      }
      const title = selectors.map((selector) => titleOf(selector, (id) => groups.get(id)?.name ?? id)).join(', ');
      return keep(key, contentId('u', key).replace('-', '_'), title, selectors.flatMap(textsOf));
    },
    used: () => [...catalogue.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function titleOf(selector: Selector, groupName: (id: string) => string): string {
  switch (selector.kind) {
    case 'any':
      return 'anything';
    case 'group':
      return groupName(selector.group);
    case 'prefix':
      return selector.prefix;
  }
}
