import { groupBy } from '../../graph/group-by';
import type { Evidence } from '../evidence';
import { commonWord, crowdOf, wordsOf, type Crowd } from '../naming/host-names';
import { agree } from './environments';
import type { PlacedWorkloads } from './labels';

/**
 * Hosts that have nothing but a label in common, into the one larger application that carries no label and that its hosts'
 * names call the same: what the inventory says of a few of its hosts only, as of a mail server of the shop, which half of
 * the estate uses.
 */
export function joinNamesakes(
  parts: readonly PlacedWorkloads[],
  { workloads }: Pick<Evidence, 'workloads'>,
): readonly PlacedWorkloads[] {
  const isBare = ({ application, decided, workloads: own }: PlacedWorkloads) =>
    application !== null &&
    decided === null &&
    own.every((workload) => workloads[workload]?.labels.app === application);
  const bare = parts.filter(isBare);
  if (bare.length === 0) return parts;
  const called = groupBy(
    parts.filter(({ application }) => application === null),
    callers(parts, workloads),
  );
  const homes = new Map(
    bare.flatMap((part) => {
      const named = called.get(part.application?.toLowerCase() ?? null) ?? [];
      const [only, ...others] = named.filter(
        ({ environment, workloads: own }) =>
          own.length > part.workloads.length &&
          agree(environment, part.environment) &&
          (environment === null) === (part.environment === null),
      );
      return only && others.length === 0 ? [[part, only] as const] : [];
    }),
  );
  const joining = groupBy(homes.keys(), (part) => homes.get(part));
  return parts.flatMap((part) => {
    if (homes.has(part)) return [];
    const [first, ...others] = joining.get(part) ?? [];
    if (!first) return [part];
    const joined = [part, first, ...others].flatMap(({ workloads: own }) => own);
    return [{ ...part, application: first.application, workloads: joined.sort((a, b) => a - b) }];
  });
}

/** What the names of a part's hosts call it, against those of others that may be in its environment. */
function callers(
  parts: readonly PlacedWorkloads[],
  workloads: Evidence['workloads'],
): (part: PlacedWorkloads) => string | null {
  const wordsIn = ({ workloads: own }: PlacedWorkloads) =>
    own.map((workload) => wordsOf(workloads[workload]?.name ?? ''));
  const crowds = new Map<string | null, Crowd>();
  return (part) => {
    const { environment } = part;
    const crowd =
      crowds.get(environment) ??
      crowdOf(parts.filter((other) => agree(other.environment, environment)).flatMap(wordsIn));
    crowds.set(environment, crowd);
    return commonWord(wordsIn(part), crowd, 'first');
  };
}
