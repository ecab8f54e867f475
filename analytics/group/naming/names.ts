import type { GroupKind } from '../../model/topology';
import type { Workload } from '../../model/workload';
import { compareText } from '../../../ingest/kernel/text';
import { commonWord, crowdOf, wordsOf, type Crowd } from './host-names';
import { legible } from './legible';

/** What there is to name a group by, best first: labels, host names, then what it does. */
export interface Naming {
  readonly workloads: readonly Workload[];
  /** From the inventory. */
  readonly label: string | null;
  /** What it does, in a word. */
  readonly purpose: string | null;
  /** The network that is all that its workloads have in common. */
  readonly network?: string | undefined;
}

const SILENT = 'silent workloads';
/** The purpose of those who asked, and were asked, in vain. */
export const UNANSWERED = 'unanswered';
const UNTOLD = 'hosts';

/** The name of an application: by its network where nothing else joins its workloads, and with its environment where that is known. */
export function nameApplication(
  { workloads, label, purpose, network }: Naming,
  environment: string | null,
  everyone: Crowd,
): string {
  const word = commonWord(words(workloads), everyone, 'first');
  const does = purpose === null ? SILENT : `${purpose} application`;
  const said = (label !== null && legible(label)) || null;
  const name = said ?? word ?? (network === undefined ? does : `network ${network}`);
  return environment === null ? name : `${name} (${environment})`;
}

/**
 * The name of a tier: "web of shop".
 *
 * @param everyone workloads of the application, as `crowdOfApplication` gives them
 */
export function nameTier({ workloads, label, purpose }: Naming, application: string, everyone: Crowd): string {
  const word = commonWord(words(workloads, stemsOf(application)), everyone, 'last');
  return `${label ?? word ?? purpose ?? UNTOLD} of ${application}`;
}

/** What names of groups rest on, the least first; a number may follow, and of an application its environment. */
const RANKS: Readonly<Partial<Record<GroupKind, readonly RegExp[]>>> = {
  application: [
    new RegExp(`^(${SILENT}|${UNANSWERED} application)\\b`),
    /^network \S+\/\d+\b/,
    /^.+ application( \(.+\))?( \d+)?$/,
  ],
  tier: [new RegExp(`^${UNTOLD} of `)],
};

/** Whether a name says more than one of before, which said only what there was to say then. */
export function saysMore(kind: GroupKind, name: string, before: string): boolean {
  const patterns = RANKS[kind] ?? [];
  const rank = (of: string) => {
    const found = patterns.findIndex((pattern) => pattern.test(of));
    return found < 0 ? patterns.length : found;
  };
  return rank(name) > rank(before);
}

/** The label's value that more than half of the workloads have, if it shows as anything. */
export function labelOfMost(workloads: readonly Workload[], label: string): string | null {
  const counts = new Map<string, number>();
  for (const { labels } of workloads) {
    const value = labels[label];
    if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const [best] = [...counts].sort(([a, x], [b, y]) => y - x || compareText(a, b));
  return (best && 2 * best[1] > workloads.length && legible(best[0])) || null;
}

/**
 * Tells equal names apart: the first keeps it, the others are numbered in order.
 *
 * @param taken names that none of them may have
 */
export function makeUnique(names: readonly string[], taken: ReadonlySet<string> = new Set()): string[] {
  const used = new Set([...names, ...taken]);
  const given = new Set(taken);
  const next = new Map<string, number>();
  return names.map((name) => {
    let unique = name;
    let n = next.get(name) ?? 2;
    for (; given.has(unique) || (unique !== name && used.has(unique)); n++) unique = `${name} ${n}`;
    next.set(name, n);
    given.add(unique);
    return unique;
  });
}

/** The workloads that names have to tell a group from. */
export function crowdOfWorkloads(workloads: readonly Workload[]): Crowd {
  return crowdOf(words(workloads));
}

/** The workloads of an application, to tell its tiers apart by what its own name does not say. */
export function crowdOfApplication(workloads: readonly Workload[], application: string): Crowd {
  return crowdOf(words(workloads, stemsOf(application)));
}

function stemsOf(application: string): string[] {
  return application
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}

function words(workloads: readonly Workload[], stems: readonly string[] = []): string[][] {
  return workloads.map(({ name }) => wordsOf(name, stems));
}
