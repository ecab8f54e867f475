import type { Workload } from '../model/workload';
import type { Application } from './applications/applications';
import type { Use } from './evidence';
import type { PlacesBefore } from './places-before';

/** Ids of workloads that no traffic of their own put where they are. */
export interface Silence {
  readonly application: ReadonlySet<string>;
  readonly tier: ReadonlySet<string>;
}

/**
 * An application takes traffic with others of an application, a tier any that tells workloads apart. Who was somewhere by
 * its traffic, and has been silent since, is there by its traffic still. Where all is one application, none was found.
 */
export function findSilence(
  workloads: readonly Workload[],
  {
    uses,
    applications,
  }: { readonly uses: readonly Use[]; readonly applications: readonly Pick<Application, 'owned'>[] },
  before: PlacesBefore | undefined,
): Silence {
  const parts = applications.map(({ owned }) => [...owned.keys()]);
  const members = parts.flat();
  const speaking = new Set(uses.flatMap(({ client, server }) => [client, server]));
  const tied = applications.length > 1 ? findTied(uses, members) : new Set<number>();
  const known = (workload: number) => before?.applications.has(workload) && !before.guessed.has(workload);
  const idsOf = (numbers: readonly number[]) => new Set(numbers.flatMap((each) => workloads[each]?.id ?? []));
  return {
    application: idsOf(
      parts.flatMap((part) => (part.some((each) => tied.has(each)) ? [] : part.filter((each) => !known(each)))),
    ),
    tier: idsOf(members.filter((each) => !speaking.has(each) && !before?.roles.has(each))),
  };
}

/** Where workloads were at home, but for those that had no traffic then and have some now: what was a guess is over. */
export function homesOf(
  { applications, guessed }: PlacesBefore,
  uses: readonly Use[],
  members: readonly number[],
): ReadonlyMap<number, string> {
  const tied = findTied(uses, members);
  return new Map([...applications].filter(([workload]) => !guessed.has(workload) || !tied.has(workload)));
}

function findTied(uses: readonly Use[], members: readonly number[]): Set<number> {
  const inside = new Set(members);
  return new Set(
    uses.flatMap(({ client, server }) => (inside.has(client) && inside.has(server) ? [client, server] : [])),
  );
}
