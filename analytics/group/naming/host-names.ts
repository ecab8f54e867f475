import { isEnvironment } from '../applications/environments';
import { compareText } from '../evidence';

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
 */
export function wordsOf(name: string): string[] {
  if (/^[\d.]+$|:/.test(name)) return [];
  const [host = ''] = name.toLowerCase().split('.');
  const words = host
    .split(/[^a-z]+/)
    .filter((word) => word.length > 1 && !MEANINGLESS.has(word) && !isEnvironment(word));
  return [...new Set(words)];
}

/** Hosts to tell a group from: how many have a word that a test accepts. */
export interface Crowd {
  readonly size: number;
  carrying(accept: (word: string) => boolean): number;
}

/** Counted once, asked often. */
export function crowdOf(hosts: readonly (readonly string[])[]): Crowd {
  const counts = new Map<string, number>();
  for (const host of hosts) for (const word of host) counts.set(word, (counts.get(word) ?? 0) + 1);
  return {
    size: hosts.length,
    carrying: (accept) => {
      let sum = 0;
      for (const [word, count] of counts) if (accept(word)) sum += count;
      return sum;
    },
  };
}

/**
 * The word that most of the hosts have in their names and few others do, or else the stem their names start with. Names
 * go from the general to the particular: an application is the first such word, a tier the last.
 *
 * @param inside words of each host of the group
 * @param everyone the crowd it is to be told from, itself included
 * @param except words that already say something else
 */
export function commonWord(
  inside: readonly (readonly string[])[],
  everyone: Crowd,
  prefer: 'first' | 'last',
  except: readonly string[] = [],
): string | null {
  const words = inside.map((host) =>
    host.map((word) => withoutStem(word, except)).filter((word) => !except.includes(word) && word.length > 1),
  );
  const own = crowdOf(words);
  const others = everyone.size - inside.length;
  const rare = (accept: (word: string) => boolean) =>
    everyone.carrying((word) => accept(withoutStem(word, except))) - own.carrying(accept) <= MOST_OUTSIDE * others;
  const [best] = [...new Set(words.flat())]
    .map((word) => ({ word, count: own.carrying((other) => other === word) }))
    .filter(({ word, count }) => count >= LEAST_INSIDE * inside.length && rare((other) => other === word))
    .sort(
      (a, b) =>
        b.count - a.count ||
        (prefer === 'first' ? 1 : -1) * (position(words, a.word) - position(words, b.word)) ||
        compareText(a.word, b.word),
    );
  if (best) return best.word;
  const firsts = words.flatMap(([word]) => (word === undefined ? [] : [word]));
  if (firsts.length < 2 || firsts.length < LEAST_INSIDE * inside.length) return null;
  const stem = firsts.reduce(commonStart);
  return stem.length >= SHORTEST_STEM && rare((other) => other.startsWith(stem)) ? stem : null;
}

/** `bilweb` in an application called `bil` is `web`. */
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
