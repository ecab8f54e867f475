import { PROTOCOL } from '../../ingest/kernel/port';
import { addressSet, EVERY_V4_ADDRESS, unionOf, type AddressSet } from '../model/address-set';
import type { ServiceRange } from '../model/service-range';
import { addressKey, intersectionOf } from './address-algebra';
import type { DraftEnd, DraftRule } from './draft';
import { tidyRanges } from './services';

/** What one line of a file matches: the ends in one family, or anybody in both. */
export interface Line {
  /** Undefined where it matches both. */
  readonly family: 'v4' | 'v6' | undefined;
  /** Undefined for anybody. */
  readonly source: DraftEnd | undefined;
  readonly destination: DraftEnd | undefined;
  readonly services: readonly ServiceRange[];
  /** It asks for none, and has all. */
  readonly everyService: boolean;
  readonly action: 'allow' | 'deny';
  readonly alertOnly: boolean;
  readonly log: boolean;
  readonly comment: string | null;
  readonly words: string | null;
  readonly section: string;
  readonly where: string;
}

type Family = 'v4' | 'v6';
const EVERY: Readonly<Record<Family, AddressSet>> = { v4: EVERY_V4_ADDRESS, v6: addressSet(['::/0']) };

/**
 * Rules as people mean them: the lines that a rule was written as, one for each family and protocol, have the same
 * comment and follow each other. They are put together where that means the same, and are rules of their own elsewhere.
 */
export function mergeLines(lines: readonly Line[], siblings: (end: DraftEnd) => DraftEnd): DraftRule[] {
  const runs: Line[][] = [];
  for (const line of lines) {
    const run = runs.at(-1);
    if (run?.[0] && belongs(run[0], line)) run.push(line);
    else runs.push([line]);
  }
  return runs.flatMap((run) => {
    const merged = merge(run, siblings);
    return merged ? [merged] : run.flatMap((line) => merge([line], siblings) ?? []);
  });
}

function belongs(a: Line, b: Line): boolean {
  return (
    a.comment !== null &&
    a.comment === b.comment &&
    a.section === b.section &&
    a.action === b.action &&
    a.alertOnly === b.alertOnly
  );
}

function merge(run: readonly Line[], siblings: (end: DraftEnd) => DraftEnd): DraftRule | undefined {
  const [first] = run;
  if (!first || run.some((line) => line.family === undefined) !== run.every((line) => line.family === undefined))
    return undefined;
  const families = (['v4', 'v6'] as const).filter((family) => run.some((line) => line.family === family));
  const byFamily = families.map((family) => run.filter((line) => line.family === family));
  if (byFamily.some((own) => own.some((line) => !sameEnd(line, own[0])))) return undefined;
  const [v4, v6] = byFamily.map(sharedServices);
  if (v4 !== undefined && v6 !== undefined && v4 !== v6) return undefined;

  const whole = first.family === undefined;
  const ends = whole
    ? ANYBODY
    : endsOf(
        byFamily.flatMap(([line]) => line ?? []),
        siblings,
      );
  if (!ends) return undefined;
  const isOurs = first.comment !== null && /^[a-z]+-[0-9a-z-]+$/.test(first.comment);
  return {
    id: isOurs ? first.comment : null,
    words: isOurs ? first.words : (first.comment ?? first.words),
    action: first.action,
    alertOnly: first.alertOnly,
    log: run.some(({ log }) => log),
    ...ends,
    services: tidyRanges(run.flatMap(({ services }) => services)),
    section: first.section,
    where: first.where,
  };
}

/** As text. The ICMP of one family does not exist in the other, so that lines may differ in it. */
function sharedServices(lines: readonly Line[]): string {
  const ranges = tidyRanges(lines.flatMap(({ services }) => services));
  return JSON.stringify(ranges.filter(({ protocol }) => protocol !== PROTOCOL.icmp && protocol !== PROTOCOL.icmp6));
}

function sameEnd(a: Line, b: Line | undefined): boolean {
  const same = (left: DraftEnd | undefined, right: DraftEnd | undefined) =>
    left?.name === right?.name && addressKey(left?.set ?? []) === addressKey(right?.set ?? []);
  return b !== undefined && same(a.source, b.source) && same(a.destination, b.destination);
}

type Ends = Pick<DraftRule, 'sources' | 'destinations'>;
const ANYBODY: Ends = { sources: 'any', destinations: 'any' };

/**
 * The ends of a rule's lines, one line of each family that it has. A group stands for both of its families if that lets
 * nothing more through.
 *
 * @returns undefined where no ends mean exactly the lines
 */
function endsOf(lines: readonly Line[], siblings: (end: DraftEnd) => DraftEnd): Ends | undefined {
  const asNamed = (named: (end: DraftEnd) => DraftEnd): Ends => ({
    sources: gather(lines, 'source', named),
    destinations: gather(lines, 'destination', named),
  });
  const alone = asNamed((end) => end);
  const exact = [asNamed(siblings), alone].find((ends) => meansExactly(ends, lines));
  const [line, ...more] = lines;
  if (exact || !line?.family || more.length > 0) return exact;
  // Anybody to anybody, of one family: one end has to say so.
  return { sources: alone.sources, destinations: [{ name: null, set: EVERY[line.family] }] };
}

function gather(
  lines: readonly Line[],
  side: 'source' | 'destination',
  named: (end: DraftEnd) => DraftEnd,
): readonly DraftEnd[] | 'any' {
  const ends = new Map<string, DraftEnd>();
  for (const line of lines) {
    const end = line[side];
    if (!end) return 'any';
    const found = named(end);
    ends.set(`${found.name} ${addressKey(found.set)}`, found);
  }
  return [...ends.values()];
}

function meansExactly({ sources, destinations }: Ends, lines: readonly Line[]): boolean {
  return (['v4', 'v6'] as const).every((family) => {
    const [from, to] = [within(sources, family), within(destinations, family)];
    const line = lines.find((each) => each.family === family);
    if (!line) return from.length === 0 || to.length === 0;
    const asked = (end: DraftEnd | undefined) => addressKey(end?.set ?? EVERY[family]);
    return addressKey(from) === asked(line.source) && addressKey(to) === asked(line.destination);
  });
}

function within(ends: readonly DraftEnd[] | 'any', family: Family): AddressSet {
  if (ends === 'any') return EVERY[family];
  return intersectionOf(unionOf(ends.map(({ set }) => set)), EVERY[family]);
}
