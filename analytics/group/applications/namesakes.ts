import { groupBy } from '../../graph/group-by';
import type { Evidence } from '../evidence';
import { commonWord, crowdOf, wordsOf, type Crowd } from '../naming/host-names';
import { agree } from './environments';
import type { PlacedWorkloads } from './labels';

/** Those of a part that carry its label, and the others in it. */
interface Labelled {
  readonly part: PlacedWorkloads;
  readonly label: string;
  readonly bearers: readonly number[];
  readonly rest: readonly number[];
}

/**
 * Few hosts that carry a label, into the one larger application that carries none and that its hosts' names call the same:
 * the inventory may say it of one host only, as of a mail server of the shop, which half of the estate uses. With whomever
 * the traffic put them, most of whom carry no label, these do not take theirs.
 */
export function joinNamesakes(
  parts: readonly PlacedWorkloads[],
  { workloads }: Pick<Evidence, 'workloads'>,
): readonly PlacedWorkloads[] {
  const few = parts.flatMap((part): Labelled[] => {
    const { application: label, decided, workloads: own } = part;
    if (label === null || decided !== null) return [];
    const isBearer = (workload: number) => workloads[workload]?.labels.app === label;
    const [bearers, rest] = [own.filter(isBearer), own.filter((workload) => !isBearer(workload))];
    return bearers.length > 0 && (rest.length === 0 || 2 * bearers.length < own.length)
      ? [{ part, label, bearers, rest }]
      : [];
  });
  if (few.length === 0) return parts;
  const callOf = callers(parts, workloads);
  const called = groupBy(
    parts.filter(({ application }) => application === null),
    callOf,
  );
  const moving = few.flatMap((labelled) => {
    const { part, label, bearers, rest } = labelled;
    const word = label.toLowerCase();
    if (rest.length > 0 && callOf({ ...part, workloads: rest }) === word) return [];
    const [home, ...others] = (called.get(word) ?? []).filter(
      ({ environment, workloads: own }) =>
        own.length > bearers.length &&
        agree(environment, part.environment) &&
        (environment === null) === (part.environment === null),
    );
    return home && others.length === 0 ? [{ ...labelled, home }] : [];
  });
  const left = new Map(moving.map(({ part, rest }) => [part, rest]));
  const joining = groupBy(moving, ({ home }) => home);
  return parts.flatMap((part) => {
    const rest = left.get(part);
    if (rest) return rest.length > 0 ? [{ ...part, application: null, workloads: rest }] : [];
    const joined = joining.get(part) ?? [];
    if (!joined[0]) return [part];
    const own = [...part.workloads, ...joined.flatMap(({ bearers }) => bearers)].sort((a, b) => a - b);
    return [{ ...part, application: joined[0].label, workloads: own }];
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
