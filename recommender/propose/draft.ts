import { groupBy } from '../../analytics/graph/group-by';
import type { Dependency } from '../../analytics/model/dependency';
import type { Service } from '../../analytics/model/service';
import type { Group } from '../../analytics/model/topology';
import type { Category, Granularity } from '../model/policy';
import type { Standing } from './decisions';
import { createEnds, type End, type Ends } from './end';
import type { Estate } from './estate';
import { floatingUses } from './floating';
import type { Bundle } from './placement';
import type { Refused } from './sift';

/** A rule before it is put into words: everything it rests on is still there. */
export interface Draft {
  readonly category: Category;
  /** Whose section it belongs to: an application, two environments ("dev to prod"), or null for the shared services. */
  readonly owner: string | null;
  readonly sources: readonly End[];
  /** The closed groups that it admits unseen, since most others were seen. */
  readonly everyone: { readonly unseen: readonly End[] } | undefined;
  readonly destinations: readonly End[];
  readonly services: readonly Service[];
  readonly dependencies: readonly Dependency[];
  /** It rests on nothing but what a person accepted. */
  readonly accepted: boolean;
  /** Of a ringfence: all that members of an application do with each other. */
  readonly inside: boolean;
}

export interface DraftOptions {
  readonly granularity: Granularity;
  readonly standing: Standing;
  /** What was refused and a person accepted. */
  readonly accepted: ReadonlySet<Dependency>;
}

/** An external client seen in one hour only, and not as part of the Internet, is an accident until a person says otherwise. */
const EXTERNAL_CLIENT_HOURS = 2;
/** Within a ring all may pass: both transports, and ICMP of both families. */
const RING: readonly Service[] = [1, 6, 17, 58].map((protocol) => ({ kind: 'protocol', protocol }));

/** One draft for each pair of ends and service, and what must not become one. */
export function draftBundles(
  bundles: readonly Bundle[],
  estate: Estate,
  { granularity, standing, accepted }: DraftOptions,
): { drafts: Draft[]; refused: Refused[] } {
  const ends = createEnds(estate);
  const refused: Refused[] = [];
  const drafts: Draft[] = [];
  const floating = floatingUses(bundles);
  const layers = bundles.flatMap((bundle) =>
    layersOf(bundle, ends).map((layer) => ({ ...layer, isFloating: floating.has(bundle) })),
  );
  for (const { source, destination, service, dependencies, isFloating } of layers) {
    const isAccident = accidents(source, ends.endOf(source, clientsOf(dependencies)));
    const byHand = new Set(
      dependencies.filter((each) => accepted.has(each) || (isAccident(each) && standing.accepts(each))),
    );
    const kept = dependencies.filter((dependency) => !isAccident(dependency) || byHand.has(dependency));
    for (const dependency of dependencies)
      if (isAccident(dependency) && !byHand.has(dependency)) refused.push({ code: 'external-client', dependency });
    for (const part of partsOf(kept, source, destination, granularity)) {
      const [first] = part;
      if (!first) continue;
      const isSingle = granularity === 'workload' && destination.kind !== 'shared-service';
      const sourceEnd =
        isSingle && source.kind === 'tier'
          ? ends.workloadEnd(source, first.client)
          : isFloating
            ? ends.wholeEnd(source)
            : ends.endOf(source, clientsOf(part));
      const destinationEnd =
        isSingle && destination.kind === 'tier'
          ? ends.workloadEnd(destination, first.server)
          : ends.endOf(destination, [...new Set(part.map(({ server }) => server))]);
      if (standing.rejects(sourceEnd.selectors, destinationEnd.selectors, service)) {
        refused.push(...part.map((dependency) => ({ code: 'rejected' as const, dependency })));
        continue;
      }
      const inside = source === destination && source.kind === 'application';
      drafts.push({
        ...placeInPolicy(source, destination, first, estate),
        sources: [sourceEnd],
        everyone: undefined,
        destinations: [destinationEnd],
        services: inside ? RING : [service],
        dependencies: part,
        accepted: part.every((dependency) => byHand.has(dependency)),
        inside,
      });
    }
  }
  return { drafts, refused };
}

function layersOf(bundle: Bundle, { layerOf }: Ends): Bundle[] {
  const { source, destination, service } = bundle;
  const layers = groupBy(
    bundle.dependencies,
    ({ client, server }) => `${layerOf(source, client)},${layerOf(destination, server)}`,
  );
  return [...layers.values()].map((dependencies) => ({ source, destination, service, dependencies }));
}

/** What one rule end stands for: of tiers, at the finest grain, each workload for itself. */
function partsOf(
  dependencies: readonly Dependency[],
  source: Group,
  destination: Group,
  granularity: Granularity,
): (readonly Dependency[])[] {
  if (granularity !== 'workload' || destination.kind === 'shared-service') return [dependencies];
  const keyOf = ({ client, server }: Dependency) =>
    `${source.kind === 'tier' ? client : ''}\t${destination.kind === 'tier' ? server : ''}`;
  return [...groupBy(dependencies, keyOf).values()];
}

function accidents(source: Group, end: End): (dependency: Dependency) => boolean {
  return ({ hours }) => source.kind === 'external' && !end.isInternet && hours < EXTERNAL_CLIENT_HOURS;
}

/**
 * With the shared services, whether they serve others or, as monitoring and backup do, call on them; or with the application whose door it opens; what leaves the estate, with who leaves; what
 * crosses from one environment into another, with all that does.
 */
function placeInPolicy(
  source: Group,
  destination: Group,
  { client, server }: Dependency,
  estate: Estate,
): Pick<Draft, 'category' | 'owner'> {
  if (destination.kind === 'shared-service' || source.kind === 'shared-service')
    return { category: 'infrastructure', owner: null };
  const owner = estate.applicationOf(destination) ?? estate.applicationOf(source);
  const [from, to] = [estate.environmentOf(client), estate.environmentOf(server)];
  if (from !== undefined && to !== undefined && from !== to)
    return { category: 'environment', owner: `${from} to ${to}` };
  return { category: owner === null ? 'infrastructure' : 'application', owner };
}

function clientsOf(dependencies: readonly Dependency[]): string[] {
  return [...new Set(dependencies.map(({ client }) => client))];
}
