import { groupBy } from '../../analytics/graph/group-by';
import type { Group } from '../../analytics/model/topology';
import { serviceKey } from '../../analytics/services';
import { administers } from '../reach/administration';
import type { Bundle } from './placement';

/** A group held together by nothing but where its members are stands for all of them only if this part uses a service. */
export const LOOSE_SHARE = 0.5;

/**
 * What serves the whole estate serves all of the networks whose clients are this many: one may be peculiar, and two be the
 * same with another address. To administer is no such service: who may is a matter of persons.
 */
const SHARED_CLIENTS = 3;
const DAY = 86_400;

/**
 * Uses that hosts nobody manages make as members of their networks: addresses given out for hours belong to somebody else
 * tomorrow, and a rule for those seen would deny most of what comes. So it is where half of those networks use the service,
 * counted with the clients that are yet to be seen, by the estimator of Chao (1987): those of one day only tell of others,
 * those that come back do not. Of 140 clients twelve suffice that were seen on one day only.
 */
export function floatingUses(bundles: readonly Bundle[]): ReadonlySet<Bundle> {
  const strangers = bundles.filter(({ source }) => source.kind === 'unknown');
  const byDoor = groupBy(strangers, ({ destination, service }) => `${destination.id}\t${serviceKey(service)}`);
  return new Set([...byDoor.values()].filter(isAskedByAll).flat());
}

/** @param sharing all strangers' uses of one service of one group */
function isAskedByAll(sharing: readonly Bundle[]): boolean {
  const [first] = sharing;
  if (!first) return false;
  const comesBack = new Map<string, boolean>();
  for (const { dependencies } of sharing)
    for (const { client, firstSeen, lastSeen } of dependencies)
      comesBack.set(client, comesBack.get(client) === true || dayOf(firstSeen) !== dayOf(lastSeen));
  const clients = comesBack.size;
  if (first.destination.kind === 'shared-service' && clients >= SHARED_CLIENTS && !administers(first.service))
    return true;
  const often = [...comesBack.values()].filter(Boolean).length;
  const once = clients - often;
  const unseen = (once * (once - 1)) / (2 * (often + 1));
  return clients + unseen >= LOOSE_SHARE * sizeOf(sharing.map(({ source }) => source));
}

function sizeOf(groups: readonly Group[]): number {
  return [...new Set(groups)].reduce((sum, { members }) => sum + members.length, 0);
}

function dayOf(seconds: number): number {
  return Math.floor(seconds / DAY);
}
