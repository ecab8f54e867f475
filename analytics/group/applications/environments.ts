import { groupBy } from '../../graph/group-by';
import type { Workload } from '../../model/workload';
import { compareText } from '../../../ingest/kernel/text';

/** What people call environments, in labels and in host names, by the name they are compared under. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  prod: ['prod', 'prd', 'production', 'live'],
  dev: ['dev', 'devel', 'development', 'develop'],
  test: ['test', 'tst', 'testing'],
  stage: ['stage', 'stg', 'staging', 'preprod'],
  uat: ['uat', 'acceptance'],
  qa: ['qa'],
};
const CANONICAL = new Map(
  Object.entries(SPELLINGS).flatMap(([name, spellings]) => spellings.map((spelling) => [spelling, name] as const)),
);
/** Where a name says nothing and its namesakes say another environment, it is what all others are copies of. */
const UNMARKED = 'prod';

/** Whether a word of a host's name, in lower case, is an environment's. */
export function isEnvironment(word: string): boolean {
  return CANONICAL.has(word);
}

/** One name per environment: `Production`, `prd` and `prod` are the same. */
export function canonicalEnvironment(environment: string): string {
  const lower = environment.trim().toLowerCase();
  return CANONICAL.get(lower) ?? lower;
}

/** Whether two may be of one environment; nothing is known against it where one is in none. */
export function agree(a: string | null, b: string | null): boolean {
  return a === null || b === null || canonicalEnvironment(a) === canonicalEnvironment(b);
}

/** The environment that most of those are in which are in any, as most of them spell it. */
export function commonEnvironment(environments: readonly (string | null)[]): string | null {
  const said = environments.flatMap((environment) => environment ?? []);
  const [spellings = []] = mostFirst(said, canonicalEnvironment);
  const [same = []] = mostFirst(spellings, (spelling) => spelling);
  return same[0] ?? null;
}

function mostFirst(said: readonly string[], keyOf: (environment: string) => string): string[][] {
  return [...groupBy(said, keyOf)]
    .sort(([a, x], [b, y]) => y.length - x.length || compareText(a, b))
    .map(([, of]) => of);
}

/**
 * The environment each workload is in, as the inventory says or, where it does not, as host names tell: `shop-dev-web-1`
 * is in `dev` when there is a `shop-web-1` as well, whatever its number, and that is then in `prod`. A word such as test
 * that does not tell otherwise equal names apart says nothing: a host called `test-web` may be a tester's.
 *
 * @param labelWeight 0: labels are not looked at
 * @returns by number; null where nothing says
 */
export function environmentsOf(workloads: readonly Workload[], labelWeight: number): (string | null)[] {
  const names = workloads.map(({ name, kind }) => (kind === 'managed' ? parse(name) : null));
  const marksOf = new Map<string, Set<string>>();
  for (const parsed of names) {
    if (!parsed) continue;
    const marks = marksOf.get(parsed.stem);
    if (marks) marks.add(parsed.environment ?? '');
    else marksOf.set(parsed.stem, new Set([parsed.environment ?? '']));
  }
  return workloads.map(({ labels }, at) => {
    if (labels.env && labelWeight > 0) return labels.env;
    const parsed = names[at];
    if (!parsed || (marksOf.get(parsed.stem)?.size ?? 0) < 2) return null;
    return parsed.environment ?? UNMARKED;
  });
}

/** A name without its numbers, domain and environment; null for addresses. */
function parse(name: string): { readonly stem: string; readonly environment: string | null } | null {
  if (/^[\d.]+$|:/.test(name)) return null;
  const [host = ''] = name.toLowerCase().split('.');
  const words = host.split(/[^a-z]+/).filter((word) => word !== '');
  const environment = words.map((word) => CANONICAL.get(word)).find((found) => found !== undefined) ?? null;
  const stem = words.filter((word) => !isEnvironment(word)).join('-');
  return stem === '' ? null : { stem, environment };
}
