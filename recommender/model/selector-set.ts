import { addressSet, EVERY_ADDRESS, type AddressSet } from './address-set';
import type { Selector } from './policy';

/** The addresses a selector stands for. */
export function selectorSet(selector: Selector, groupSet: (group: string) => AddressSet): AddressSet {
  switch (selector.kind) {
    case 'any':
      return EVERY_ADDRESS;
    case 'group':
      return groupSet(selector.group);
    case 'prefix':
      return addressSet([selector.prefix]);
  }
}
