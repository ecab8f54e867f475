import { addressSet, holds, unionOf } from '../model/address-set';
import { groupsClosed, type Side } from '../model/closing';
import type { Policy } from '../model/policy';
import type { Places } from '../replay/places';
import type { ClosedEnds, Difference, Outcome, Stance } from './model';

export interface Judgement {
  readonly stance: Stance;
  /** Null where none decided. */
  readonly rule: string | null;
  readonly ends: ClosedEnds;
}

/** What a policy says of any use of a service between two places. */
export function createStances(
  policy: Policy,
  places: Places,
): (client: number, server: number, protocol: number, port: number) => Judgement {
  const [closedOut, closedIn] = [closedPlaces(policy, places, 'outbound'), closedPlaces(policy, places, 'inbound')];
  const isKnown = (place: number): boolean =>
    places.groupOf(place) !== undefined || places.isManaged(place) || !places.isOurs(place);
  return (client, server, protocol, port) => {
    const { action, rule } = places.between(client, server).decide(protocol, port);
    const ends = endsOf(closedOut.has(client), closedIn.has(server));
    switch (action) {
      case 'allow':
        return { stance: 'allowed', rule, ends };
      case 'deny':
        return { stance: 'denied', rule, ends };
      case 'pass':
        return { stance: isKnown(client) && isKnown(server) ? 'unprotected' : 'unknown', rule, ends };
    }
  };
}

export function differenceOf(stance: Stance, outcome: Outcome): Difference | undefined {
  if (stance === 'denied' && outcome === 'passed') return 'allowed-but-policy-denies';
  if (stance === 'denied' && outcome === 'seen') return 'potentially-blocked';
  return stance === 'allowed' && outcome === 'blocked' ? 'denied-though-policy-allows' : undefined;
}

/** Of a place all addresses are closed, or none: the filter that made it tells closed ones from others. */
function closedPlaces(policy: Policy, { starts }: Places, side: Side): ReadonlySet<number> {
  const addresses = new Map(policy.groups.map((group) => [group.id, group.addresses]));
  const closed = unionOf(groupsClosed(policy, side, 'deny').map((group) => addressSet(addresses.get(group) ?? [])));
  return new Set(starts.filter(({ address }) => holds(closed, address)).map(({ index }) => index));
}

function endsOf(client: boolean, server: boolean): ClosedEnds {
  if (client && server) return 'both';
  return client ? 'client' : server ? 'server' : 'neither';
}
