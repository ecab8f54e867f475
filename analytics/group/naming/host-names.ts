import { isEnvironment } from '../applications/environments';
import { compareText } from '../../../ingest/kernel/text';

/** Says where or which, not what; environments do, too. */
const MEANINGLESS = new Set(['srv', 'server', 'host', 'node', 'vm', 'ip', 'local', 'lan', 'corp']);
/** Share of the hosts that must carry a word … */
const LEAST_INSIDE = 0.6;
/** … and of the others that may. */
const MOST_OUTSIDE = 0.2;
const SHORTEST_STEM = 3;

/**
 * What a host's own name says: `shop-web-01.corp.example` has the words shop and web. Addresses say nothing; neither do
 * numbers, environments and the domain.
 *
 * @param stems words that already say something else: `bilweb` in an application called `bil` is `web`
 */
export function wordsOf(name: string, stems: readonly string[] = []): string[] {
  if (/^[\d.]+$|:/.test(name)) return [];
  const [host = ''] = name.toLowerCase().split('.');
  const words = host
    .split(/[^a-z]+/)
    .filter((word) => word.length > 1 && !MEANINGLESS.has(word) && !isEnvironment(word))
    .map((word) => withoutStem(word, stems))
    .filter((word) => word.length > 1 && !stems.includes(word));
  return [...new Set(words)];
}

/** Hosts to tell a group from: how many there are, and how many have a word. */
export interface Crowd {
  readonly size: number;
  readonly counts: ReadonlyMap<string, number>;
}

export function crowdOf(hosts: readonly (readonly string[])[]): Crowd {
  const counts = new Map<string, number>();
  for (const host of hosts) for (const word of host) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { size: hosts.length, counts };
}

/**
 * The word that most of the hosts have in their names and few others do, or else the stem their names start with. Names
 * go from the general to the particular: an application is the first such word, a tier the last.
 *
 * @param inside words of each host of the group
 * @param everyone the crowd it is to be told from, itself included
 */
export function commonWord(
  inside: readonly (readonly string[])[],
  everyone: Crowd,
  prefer: 'first' | 'last',
): string | null {
  const own = crowdOf(inside);
  const others = everyone.size - inside.length;
  const isRare = (within: number, all: number) => all - within <= MOST_OUTSIDE * others;
  const [best] = [...own.counts]
    .map(([word, count]) => ({ word, count }))
    .filter(({ word, count }) => count >= LEAST_INSIDE * inside.length && isRare(count, everyone.counts.get(word) ?? 0))
    .sort(
      (a, b) =>
        b.count - a.count ||
        (prefer === 'first' ? 1 : -1) * (position(inside, a.word) - position(inside, b.word)) ||
        compareText(a.word, b.word),
    );
  if (best) return best.word;
  const firsts = inside.flatMap(([word]) => (word === undefined ? [] : [word]));
  if (firsts.length < 2 || firsts.length < LEAST_INSIDE * inside.length) return null;
  const stem = firsts.reduce(commonStart);
  if (stem.length < SHORTEST_STEM) return null;
  return isRare(startingWith(own, stem), startingWith(everyone, stem)) ? stem : null;
}

function startingWith({ counts }: Crowd, stem: string): number {
  let sum = 0;
  for (const [word, count] of counts) if (word.startsWith(stem)) sum += count;
  return sum;
}

function withoutStem(word: string, stems: readonly string[]): string {
  const stem = stems.find((each) => word.length > each.length && word.startsWith(each));
  return stem === undefined ? word : word.slice(stem.length);
}

/** The mean place of a word. */
function position(hosts: readonly (readonly string[])[], word: string): number {
  const places = hosts.map((host) => host.indexOf(word)).filter((at) => at >= 0);
  return places.reduce((sum, at) => sum + at, 0) / places.length;
}

function commonStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
