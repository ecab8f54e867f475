import { addressSet, EVERY_V4_ADDRESS, unionOf } from '../model/address-set';
import { classify, type AddressClasses, type ClassStart } from '../model/address-classes';
import { createFilter } from '../model/decide';
import type { ServiceFilter } from '../model/packet-filter';
import type { Policy, PolicyGroup } from '../model/policy';
import type { Ground } from './ground';

/**
 * The address space as a policy sees it. All addresses of one place are in the same groups, rules and family, so what is
 * decided for one is decided for all.
 */
export interface Places {
  readonly count: number;
  /** From address 0 on; `index` is a place. */
  readonly starts: readonly ClassStart[];
  placeOf(address: bigint): number;
  /** What is decided between two places of one family. Asks for the same two in a row are cheap. */
  between(client: number, server: number): ServiceFilter;
  /** The first of the policy's groups that holds it: what its rules would call it. */
  groupOf(place: number): PolicyGroup | undefined;
  /** Where it stands in the rules that decide, which are numbered in their order. */
  sidesOf(place: number): Sides;
  isV4(place: number): boolean;
  isManaged(place: number): boolean;
  isOurs(place: number): boolean;
  isScanner(place: number): boolean;
  isNobodys(place: number): boolean;
}

export interface Sides {
  /** Whether what no rule admits is denied to it, and from it. */
  readonly closedIn: boolean;
  readonly closedOut: boolean;
  /** Numbers of rules, ascending. */
  readonly asSource: readonly number[];
  readonly asDestination: readonly number[];
}

/** @throws WayleaveError `unknown-group` */
export function placesOf(policy: Policy, { managed, ours, nobodys }: Ground): Places {
  const filter = createFilter(policy);
  const groups = policy.groups.map(({ addresses }) => addressSet(addresses));
  const scanners = unionOf(groups.filter((_, index) => policy.groups[index]?.kind === 'scanner'));
  const told = [EVERY_V4_ADDRESS, managed, ours, nobodys, scanners, ...groups];
  const { classes, starts, of } = classify([...told, ...filter.addressSets]);
  const marked = (set: number) => flagsOf(classes, set);
  const [v4, isManaged, isOurs, isNobodys, isScanner] = [0, 1, 2, 3, 4].map(marked) as [Flag, Flag, Flag, Flag, Flag];
  const firstGroup = classes.map(({ sets }) => sets.find((set) => set >= FLAGS && set < told.length));

  let last: { client: number; server: number; filter: ServiceFilter } | undefined;
  return {
    count: classes.length,
    starts,
    placeOf: of,
    between(client, server) {
      if (last?.client !== client || last.server !== server)
        last = { client, server, filter: filter.between(classes[client]?.first ?? 0n, classes[server]?.first ?? 0n) };
      return last.filter;
    },
    sidesOf: (place) => sidesOf((classes[place]?.sets ?? []).map((set) => set - told.length)),
    groupOf: (place) => policy.groups[(firstGroup[place] ?? 0) - FLAGS],
    isV4: v4,
    isManaged,
    isOurs,
    isScanner,
    isNobodys,
  };
}

/** In the order of a policy's filter: outbound and inbound closing, then of each rule the sources and the destinations. */
function sidesOf(sets: readonly number[]): Sides {
  return {
    closedOut: sets.includes(0),
    closedIn: sets.includes(1),
    asSource: sets.filter((set) => set > 1 && set % 2 === 0).map((set) => set / 2 - 1),
    asDestination: sets.filter((set) => set > 1 && set % 2 === 1).map((set) => (set - 3) / 2),
  };
}

type Flag = (place: number) => boolean;
/** What is told of places beside their groups. */
const FLAGS = 5;

function flagsOf(classes: AddressClasses['classes'], set: number): Flag {
  const flags = classes.map(({ sets }) => sets.includes(set));
  return (place) => flags[place] ?? false;
}
