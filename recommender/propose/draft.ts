import { groupBy } from '../../analytics/graph/group-by';
import type { Dependency } from '../../analytics/model/dependency';
import type { Service } from '../../analytics/model/service';
import type { Group } from '../../analytics/model/topology';
import { serviceKey } from '../../analytics/services';
import type { Category } from '../model/policy';
import { createEnds, groupEnd, type End, type Ends } from './end';
import type { ClosedGroup, Estate } from './estate';
import { widest, type Bundle } from './placement';
import type { Refused } from './sift';

/** A rule before it is put into words: everything it rests on is still there. */
export interface Draft {
  readonly category: Category;
  /** The application whose section it belongs to; null for the shared services. */
  readonly application: string | null;
  readonly sources: readonly End[];
  /** Whether the sources are everything the policy closes, and the names of those that were not seen using it. */
  readonly everyone: { readonly unseen: readonly string[] } | undefined;
  readonly destination: End;
  readonly services: readonly Service[];
  readonly dependencies: readonly Dependency[];
}

/**
 * From this part of the closed workloads on, a shared service is everybody's: a host that has not asked for a name in
 * the window will ask for one. Who is admitted unseen is named in the rule.
 */
const EVERYONE_SHARE = 0.75;
/** An external client seen in one hour only, and not as part of the Internet, is an accident until a person says otherwise. */
const EXTERNAL_CLIENT_HOURS = 2;

export function draftRules(bundles: readonly Bundle[], estate: Estate): { drafts: Draft[]; refused: Refused[] } {
  const { layerOf, endOf } = createEnds(estate);
  const refused: Refused[] = [];
  const shared: Draft[] = [];
  const others: Draft[] = [];
  for (const { source, destination, service, dependencies } of bundles.flatMap((bundle) => layersOf(bundle, layerOf))) {
    const isAccident = accidents(source, endOf(source, clientsOf(dependencies)));
    for (const dependency of dependencies)
      if (isAccident(dependency)) refused.push({ code: 'external-client', dependency });
    const kept = dependencies.filter((dependency) => !isAccident(dependency));
    if (kept.length === 0) continue;
    const place = placeInPolicy(source, destination);
    (place.category === 'infrastructure' ? shared : others).push({
      ...place,
      sources: [endOf(source, clientsOf(kept))],
      everyone: undefined,
      destination: endOf(destination, [...new Set(kept.map(({ server }) => server))]),
      services: [service],
      dependencies: kept,
    });
  }
  return { drafts: [...gatherServices(shareSources(shared, estate)), ...gatherServices(others)], refused };
}

function layersOf(bundle: Bundle, layerOf: Ends['layerOf']): Bundle[] {
  const { source, destination, service } = bundle;
  const layers = groupBy(
    bundle.dependencies,
    ({ client, server }) => `${layerOf(source, client)},${layerOf(destination, server)}`,
  );
  return [...layers.values()].map((dependencies) => ({ source, destination, service, dependencies }));
}

function accidents(source: Group, end: End): (dependency: Dependency) => boolean {
  return ({ hours }) => source.kind === 'external' && !end.isInternet && hours < EXTERNAL_CLIENT_HOURS;
}

/** With the shared services, or with the application whose door it opens; what leaves the estate, with who leaves. */
function placeInPolicy(source: Group, destination: Group): Pick<Draft, 'category' | 'application'> {
  const application = destination.kind === 'shared-service' ? null : (destination.application ?? source.application);
  return { category: application === null ? 'infrastructure' : 'application', application };
}

/** One rule for each shared service instead of one for each tier that uses it; clients from elsewhere keep theirs. */
function shareSources(drafts: readonly Draft[], estate: Estate): Draft[] {
  const closed = new Map(estate.closed.map((group) => [keyOf([groupEnd(group.frozen, [])]), group]));
  const byService = groupBy(drafts, ({ sources, destination, services }) =>
    [keyOf([destination]), ...services.map(serviceKey), closed.has(keyOf(sources)) ? '' : keyOf(sources)].join('\t'),
  );
  return [...byService.values()].flatMap((sharing) => {
    const [first] = sharing;
    if (!first) return [];
    const seen = new Map(sharing.flatMap(({ sources }) => sources).map((end) => [keyOf([end]), end]));
    const everyone =
      first.destination.group?.kind === 'shared-service'
        ? everyoneElse(seen, closed, keyOf([first.destination]))
        : undefined;
    return [
      {
        ...first,
        sources: sortEnds([...seen.values(), ...(everyone ?? [])]),
        everyone: everyone && { unseen: everyone.map(({ name }) => name).sort() },
        services: [widest(sharing.flatMap(({ services }) => services))],
        dependencies: sharing.flatMap(({ dependencies }) => dependencies),
      },
    ];
  });
}

/**
 * The closed groups that were not seen using what most were seen using, the server's own not being asked; undefined when
 * it was not most.
 */
function everyoneElse(
  seen: ReadonlyMap<string, End>,
  closed: ReadonlyMap<string, ClosedGroup>,
  server: string,
): End[] | undefined {
  const count = (groups: readonly ClosedGroup[]) => new Set(groups.flatMap(({ members }) => members)).size;
  const users = [...closed].filter(([key]) => seen.has(key)).map(([, group]) => group);
  const expected = [...closed].filter(([key]) => key !== server || seen.has(key)).map(([, group]) => group);
  if (users.length < 2 || count(users) < EVERYONE_SHARE * count(expected)) return undefined;
  return [...closed.values()]
    .filter((group) => !users.includes(group))
    .map(({ frozen, members }) => groupEnd(frozen, members));
}

/** Several services between the same ends are one rule. */
function gatherServices(drafts: readonly Draft[]): Draft[] {
  const byEnds = groupBy(drafts, ({ sources, everyone, destination, application }) =>
    [keyOf(sources), keyOf([destination]), application ?? '', JSON.stringify(everyone)].join('\t'),
  );
  return [...byEnds.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const services = new Map(same.flatMap(({ services }) => services).map((service) => [serviceKey(service), service]));
    return [
      {
        ...first,
        services: [...services].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, service]) => service),
        dependencies: same.flatMap(({ dependencies }) => dependencies),
      },
    ];
  });
}

function clientsOf(dependencies: readonly Dependency[]): string[] {
  return [...new Set(dependencies.map(({ client }) => client))];
}

/** Of every end once: whole groups are the same object in thousands of drafts. */
const KEYS = new WeakMap<End, string>();

function keyOf(ends: readonly End[]): string {
  return ends.map(keyOfEnd).join();
}

function keyOfEnd(end: End): string {
  const key = KEYS.get(end) ?? JSON.stringify(end.selectors);
  KEYS.set(end, key);
  return key;
}

function sortEnds(ends: readonly End[]): End[] {
  return [...ends].sort((a, b) => (keyOf([a]) < keyOf([b]) ? -1 : 1));
}
