import { groupBy } from '../../analytics/graph/group-by';
import { serviceKey } from '../../analytics/services';
import { compareText } from '../../ingest/kernel/text';
import type { Draft } from './draft';
import { groupEnd, keyOfEnds, type End } from './end';
import type { ClosedGroup, Estate } from './estate';
import { widest } from './placement';

/**
 * From this part of the closed workloads on, a shared service is everybody's: a host that has not asked for a name in
 * the window will ask for one. Who is admitted unseen is named in the rule.
 */
const EVERYONE_SHARE = 0.75;

/**
 * Fewer rules that admit the same: those of one destination and service become one of several sources, then those of
 * equal sources and destination one of several services. A door of an application is one rule for all who may pass it.
 * The Internet, networks outside, strangers and the estate's own groups stay apart, since an owner asks about them apart;
 * so does what a person accepted.
 */
export function mergeDrafts(drafts: readonly Draft[], estate: Estate): Draft[] {
  return gatherDestinations(gatherServices(gatherSources(drafts, estate)));
}

function gatherSources(drafts: readonly Draft[], estate: Estate): Draft[] {
  const closed = new Map(estate.closed.map((group) => [keyOfEnds([groupEnd(group.frozen, [])]), group]));
  const byDoor = groupBy(drafts, (draft) =>
    [placeOf(draft), keyOfEnds(draft.destinations), ...draft.services.map(serviceKey), natureOf(draft)].join('\t'),
  );
  return [...byDoor.values()].flatMap((sharing) => {
    const [first] = sharing;
    if (!first) return [];
    const { destinations, inside } = first;
    const seen = new Map(sharing.flatMap(({ sources }) => sources).map((end) => [keyOfEnds([end]), end]));
    const everyone =
      destinations[0]?.group?.kind === 'shared-service' && natureOf(first) === 'own'
        ? everyoneElse(seen, closed, keyOfEnds(destinations))
        : undefined;
    return [
      {
        ...first,
        sources: sortEnds([...seen.values(), ...(everyone ?? [])]),
        everyone: everyone && { unseen: everyone },
        services: inside ? first.services : [widest(sharing.flatMap(({ services }) => services))],
        dependencies: sharing.flatMap(({ dependencies }) => dependencies),
      },
    ];
  });
}

function gatherServices(drafts: readonly Draft[]): Draft[] {
  const byEnds = groupBy(drafts, (draft) =>
    [
      placeOf(draft),
      keyOfEnds(draft.sources),
      keyOfEnds(draft.destinations),
      natureOf(draft),
      draft.everyone ? keyOfEnds(draft.everyone.unseen) : 'some',
    ].join('\t'),
  );
  return [...byEnds.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const services = new Map(same.flatMap(({ services }) => services).map((service) => [serviceKey(service), service]));
    return [
      {
        ...first,
        services: [...services].sort(([a], [b]) => compareText(a, b)).map(([, service]) => service),
        dependencies: same.flatMap(({ dependencies }) => dependencies),
      },
    ];
  });
}

function placeOf({ category, owner }: Draft): string {
  return `${category}\t${owner ?? ''}`;
}

/**
 * What a shared service does to all, as monitoring and backup do, is one rule and not one for each that it is done to; so is
 * what somebody asks of several networks outside.
 */
function gatherDestinations(drafts: readonly Draft[]): Draft[] {
  const byUse = groupBy(drafts, (draft) =>
    (draft.sources.every(isShared) || draft.destinations.every(isNetwork)) && draft.everyone === undefined
      ? [
          placeOf(draft),
          String(draft.accepted),
          draft.destinations.every(isNetwork),
          keyOfEnds(draft.sources),
          ...draft.services.map(serviceKey),
        ].join('\t')
      : draft,
  );
  return [...byUse.values()].flatMap((same) => {
    const [first, ...others] = same;
    if (!first || others.length === 0) return same;
    const ofEach = groupBy(
      same.flatMap(({ services }) => services),
      serviceKey,
    );
    return [
      {
        ...first,
        destinations: sortEnds(same.flatMap(({ destinations }) => destinations)),
        services: [...ofEach.values()].map(widest),
        dependencies: same.flatMap(({ dependencies }) => dependencies),
      },
    ];
  });
}

function isShared(end: End): boolean {
  return end.group?.kind === 'shared-service';
}

/** Addresses that no group of the policy holds. */
function isNetwork(end: End): boolean {
  return end.group === undefined;
}

/** Sources of one nature may share a rule. */
function natureOf({ sources, destinations, accepted, inside }: Draft): string {
  const [end] = sources;
  const kind = end?.isInternet ? 'internet' : (end?.group?.kind ?? 'network');
  const nature =
    kind === 'tier' || kind === 'application' || (end && isShared(end) && destinations.every(isShared)) ? 'own' : kind;
  return `${nature}${accepted ? ' accepted' : ''}${inside ? ' inside' : ''}`;
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
  const using = new Set(users);
  return [...closed.values()]
    .filter((group) => !using.has(group))
    .map(({ frozen, members }) => groupEnd(frozen, members));
}

function sortEnds(ends: readonly End[]): End[] {
  return [...ends].sort((a, b) => compareText(keyOfEnds([a]), keyOfEnds([b])));
}
