import type { Window } from '../../analytics/model/topology';
import type { Store } from '../../ingest/store';
import type { Policy } from '../model/policy';
import type { Ground } from '../replay/ground';
import { placesOf } from '../replay/places';
import { withUses } from '../replay/uses';

interface Row {
  readonly client: number;
  readonly server: number;
  readonly protocol: number;
  readonly port: number;
  readonly lastSeen: number;
}

const lastUsesSql = (uses: string) => `
SELECT u.client_place AS client, u.server_place AS server, u.protocol AS protocol, u.port AS port,
  toUnixTimestamp(max(u.last_seen)) AS lastSeen
FROM ${uses} AS u WHERE u.fate = 'legitimate'
GROUP BY client, server, protocol, port ORDER BY client, server, protocol, port`;

/** When each rule that decided anything in a window last did, in epoch seconds. @throws WayleaveError `unknown-group` */
export async function lastUses(
  store: Store,
  policy: Policy,
  { window, ground }: { readonly window: Window; readonly ground: Ground },
): Promise<Map<string, number>> {
  const places = placesOf(policy, ground);
  return withUses(store, { window, places }, async ({ uses }) => {
    const found = new Map<string, number>();
    for await (const rows of store.stream<Row>(lastUsesSql(uses))) {
      for (const { client, server, protocol, port, lastSeen } of rows) {
        const { rule } = places.between(client, server).decide(protocol, port);
        if (rule !== null) found.set(rule, Math.max(found.get(rule) ?? 0, lastSeen));
      }
    }
    return found;
  });
}
