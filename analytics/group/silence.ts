import type { Workload } from '../model/workload';
import type { PlacesBefore } from './places-before';
import type { Structure } from './structure';

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
  { uses, applications }: Pick<Structure, 'uses' | 'applications'>,
  before: PlacesBefore | undefined,
): Silence {
  const members = new Set(applications.flatMap(({ owned }) => [...owned.keys()]));
  const speaking = new Set(uses.flatMap(({ client, server }) => [client, server]));
  const tied = new Set(
    (applications.length > 1 ? uses : []).flatMap(({ client, server }) =>
      members.has(client) && members.has(server) ? [client, server] : [],
    ),
  );
  const without = (traffic: ReadonlySet<number>, places: ReadonlyMap<number, string> = new Map()) =>
    new Set([...members].flatMap((each) => (traffic.has(each) || places.has(each) ? [] : (workloads[each]?.id ?? []))));
  return { application: without(tied, before?.applications), tier: without(speaking, before?.roles) };
}
