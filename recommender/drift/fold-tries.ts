import { groupBy } from '../../analytics/graph/group-by';
import type { Dependency } from '../../analytics/model/dependency';
import { serviceKey } from '../../analytics/services';
import { listWords, serviceWords } from '../propose/words';
import type { EstateNames } from './estate-names';
import { counted } from './words';

/** Tries that are told of as one. */
export interface Fold {
  /** What makes it the same in every evaluation. */
  readonly about: readonly string[];
  /** "clients in 10.50.0.0/24 tried ssh (22/tcp) on 22 groups". */
  readonly words: string;
  readonly tries: readonly Dependency[];
}

/** The same service on so many groups, or from so many, has one cause. */
const MANY = 3;
/** More services than this nobody reads. */
const NAMED_SERVICES = 3;

/**
 * All that comes from outside is one; so is what a group tries on many others, and what many try on one; the rest is told
 * of by pairs of groups.
 */
export function foldTries(tries: readonly Dependency[], names: EstateNames): Fold[] {
  const outside = tries.filter(({ client }) => names.isOutside(client));
  const bySource = foldSide(
    tries.filter(({ client }) => !names.isOutside(client)),
    'client',
    names,
  );
  const byTarget = foldSide(bySource.rest, 'server', names);
  const pairs = groupBy(
    byTarget.rest,
    ({ client, server }) => `${names.groupOf(client).id}\t${names.groupOf(server).id}`,
  );
  return [
    ...(outside.length > 0
      ? [
          {
            about: ['outside'],
            words: `outside tried ${servicesOf(outside)} on ${placesOf(outside, 'server', names)}`,
            tries: outside,
          },
        ]
      : []),
    ...bySource.folds,
    ...byTarget.folds,
    ...[...pairs].map(([pair, own]) => ({ about: [pair], words: wordsOf(own, names), tries: own })),
  ];
}

type End = 'client' | 'server';

/** For each group at an end, the services that many are at the other end of. */
function foldSide(tries: readonly Dependency[], end: End, names: EstateNames): { folds: Fold[]; rest: Dependency[] } {
  const other = end === 'client' ? 'server' : 'client';
  const byService = groupBy(tries, (each) => `${names.groupOf(each[end]).id}\t${serviceKey(each.service)}`);
  const isMany = (own: readonly Dependency[]) => new Set(own.map((each) => names.groupOf(each[other]).id)).size >= MANY;
  const lists = [...byService.values()];
  const many = groupBy(lists.filter(isMany).flat(), (each) => names.groupOf(each[end]).id);
  return {
    folds: [...many].map(([id, own]) => ({ about: [end, id], words: wordsOf(own, names), tries: own })),
    rest: lists.filter((own) => !isMany(own)).flat(),
  };
}

function wordsOf(tries: readonly Dependency[], names: EstateNames): string {
  return `${placesOf(tries, 'client', names)} tried ${servicesOf(tries)} on ${placesOf(tries, 'server', names)}`;
}

/** "db of shop", "22 groups". */
function placesOf(tries: readonly Dependency[], end: End, names: EstateNames): string {
  const groups = new Map(tries.map((each) => names.groupOf(each[end])).map(({ id, name }) => [id, name]));
  return groups.size === 1 ? [...groups.values()].join() : counted(groups.size, 'group');
}

function servicesOf(tries: readonly Dependency[]): string {
  const services = [...new Map(tries.map(({ service }) => [serviceKey(service), service])).values()];
  return services.length > NAMED_SERVICES
    ? counted(services.length, 'service')
    : listWords(services.map(serviceWords).sort());
}
