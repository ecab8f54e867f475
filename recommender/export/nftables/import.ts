import { WayleaveError } from '../../../ingest/kernel/errors';
import { classify } from '../../model/address-classes';
import type { AddressSet } from '../../model/address-set';
import {
  DENY,
  PASS,
  packetFilter,
  type PacketFilter,
  type ServiceFilter,
  type Verdict,
} from '../../model/packet-filter';
import { inRanges } from '../../model/service-range';
import type { EnforcementPoint, ExportFile } from '../backend';
import { parseRuleset } from './parse';
import type { AddressMatch, Ruleset } from './ruleset';
import { stepsOf, type Step } from './steps';

/**
 * What the kernel does with the first packet of a connection: a base chain's rules are asked in order, the first verdict
 * ends it, its policy is its last word. Every hook is a point of its own; a packet meets all of them.
 */
export function importNftables(files: readonly ExportFile[]): EnforcementPoint[] {
  const [file, ...more] = files;
  if (!file || more.length > 0) throw new WayleaveError('an nftables export is one file', { code: 'bad-export' });
  const ruleset = parseRuleset(file.text, file.path);
  return [...ruleset.chains.values()].flatMap((chain) => {
    if (chain.hook === undefined) return [];
    const steps = stepsOf(chain, ruleset, file.path);
    const otherwise = chain.policy === 'drop' ? DENY : PASS;
    const enforced = steps.filter(({ staged }) => !staged);
    const filter = filterOf(enforced, ruleset, otherwise);
    return [{ name: `${chain.hook} hook`, sees: () => true, filter, staged: filterOf(steps, ruleset, otherwise) }];
  });
}

function filterOf(steps: readonly Step[], ruleset: Ruleset, otherwise: Verdict): PacketFilter {
  const { sets, indexOf } = catalogueSets(steps, ruleset);
  const { classes, of } = classify(sets);
  const members = classes.map((each) => new Set(each.sets));
  const asked = steps.map((step) => ({
    ...step,
    sources: step.addresses.filter(({ side }) => side === 'source'),
    destinations: step.addresses.filter(({ side }) => side === 'destination'),
  }));
  const meets = (inside: ReadonlySet<number>, matches: readonly AddressMatch[]) =>
    matches.every((match) => inside.has(indexOf(match)) !== match.negated && inside.has(familyPlace(match)));
  const from = members.map((inside) => asked.filter(({ sources }) => meets(inside, sources)));
  const nobody = new Set<number>();
  return packetFilter(sets, (src, dst) => {
    const inside = members[of(dst)] ?? nobody;
    return chainFilter(from[of(src)]?.filter(({ destinations }) => meets(inside, destinations)) ?? [], otherwise);
  });
}

/** Before all sets: what `!=` leaves of a family is of that family. */
const EVERY_V4: AddressSet = [{ first: 0xffff_0000_0000n, last: 0xffff_ffff_ffffn }];
const EVERY_V6: AddressSet = [
  { first: 0n, last: 0xfffe_ffff_ffffn },
  { first: 0x1_0000_0000_0000n, last: (1n << 128n) - 1n },
];

function familyPlace({ family }: AddressMatch): number {
  return family === 'v4' ? 0 : 1;
}

function catalogueSets(steps: readonly Step[], ruleset: Ruleset) {
  const sets: AddressSet[] = [EVERY_V4, EVERY_V6];
  const places = new Map<unknown, number>();
  for (const { addresses } of steps.flatMap((step) => step.addresses)) {
    const key = 'set' in addresses ? addresses.set : addresses.elements;
    if (places.has(key)) continue;
    places.set(key, sets.length);
    sets.push('set' in addresses ? (ruleset.sets.get(addresses.set)?.elements ?? []) : addresses.elements);
  }
  const indexOf = ({ addresses }: AddressMatch) =>
    places.get('set' in addresses ? addresses.set : addresses.elements) ?? -1;
  return { sets, indexOf };
}

function chainFilter(steps: readonly Step[], policy: Verdict): ServiceFilter {
  return {
    ranges: steps.flatMap(({ services }) => services.flat()),
    decide: (protocol, port) =>
      steps.find(({ services }) => services.every((ranges) => inRanges(ranges, protocol, port)))?.verdict ?? policy,
  };
}
