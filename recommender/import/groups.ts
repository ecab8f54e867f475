import { compareText } from '../../ingest/kernel/text';
import { addressSet, type AddressSet } from '../model/address-set';
import { contentId } from '../model/identity';
import type { Policy, PolicyGroup } from '../model/policy';
import { addressKey, prefixesOf } from './address-algebra';
import type { DraftEnd } from './draft';

export interface Groups {
  /** Of exactly these addresses, made if there is none. */
  groupOf(end: DraftEnd, otherwise: string): PolicyGroup;
  all(): PolicyGroup[];
}

/** @param known whose groups stand for the same addresses, under their ids and names */
export function createGroups(known: Policy | undefined): Groups {
  const byKey = new Map<string, PolicyGroup>();
  const meant = new Map((known?.groups ?? []).map((group) => [addressKey(addressSet(group.addresses)), group]));
  return {
    groupOf({ name, set }, otherwise) {
      const key = addressKey(set);
      const found = byKey.get(key) ?? meant.get(key) ?? groupNamed(name ?? otherwise, set);
      byKey.set(key, found);
      return found;
    },
    all: () => [...byKey.values()],
  };
}

function groupNamed(name: string, set: AddressSet): PolicyGroup {
  const addresses = prefixesOf(set).sort(compareText);
  return { id: contentId('g', { name, addresses }), kind: 'unknown', name, application: null, addresses };
}
