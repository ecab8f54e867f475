import type { Store } from '../../ingest/store';
import { addressText } from '../../analytics/conversations';
import type { Verdict } from '../model/packet-filter';
import type { Combination } from './combination';
import type { UseTables } from './uses';

/** A use of one address by another over the window. Epoch seconds. */
export interface Use {
  readonly client: string;
  readonly server: string;
  readonly protocol: number;
  readonly port: number;
  readonly connections: number;
  readonly packets: number;
  readonly bytes: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
}

export interface JudgedUse extends Use {
  readonly verdict: Verdict;
}

/** Combinations with what was decided of each, of which only the busiest are kept. */
export interface Shortlist {
  add(combination: Combination, verdict: Verdict): void;
  /** Busiest first. */
  result(): readonly { readonly combination: Combination; readonly verdict: Verdict }[];
}

/**
 * The `size` combinations with the busiest single tuple hold the `size` busiest tuples, ties broken as combinations are:
 * each of the others has `size` tuples before its first.
 */
export function shortlist(size: number): Shortlist {
  let kept: { combination: Combination; verdict: Verdict }[] = [];
  const cut = (): void => {
    kept = kept.sort((a, b) => compare(a.combination, b.combination)).slice(0, size);
  };
  return {
    add(combination, verdict) {
      kept.push({ combination, verdict });
      if (kept.length >= 2 * size + 1) cut();
    },
    result() {
      cut();
      return kept;
    },
  };
}

function compare(a: Combination, b: Combination): number {
  return b.most - a.most || a.client - b.client || a.server - b.server || a.protocol - b.protocol || a.port - b.port;
}

const PAGE_SQL = (uses: string) => `
SELECT ${addressText('u.client')} AS client, ${addressText('u.server')} AS server, u.protocol AS protocol, u.port AS port,
  u.established AS connections, u.packets AS packets, u.bytes AS bytes, toUnixTimestamp(u.first_seen) AS firstSeen,
  toUnixTimestamp(u.last_seen) AS lastSeen, u.client_place AS clientPlace, u.server_place AS serverPlace
FROM ${uses} AS u
WHERE u.fate = 'legitimate' AND (u.client_place, u.server_place, u.protocol, u.port) IN (
  SELECT tupleElement(c, 1), tupleElement(c, 2), tupleElement(c, 3), tupleElement(c, 4) FROM (
    SELECT arrayJoin(arrayZip({clients:Array(UInt32)}, {servers:Array(UInt32)}, {protocols:Array(UInt8)}, {ports:Array(UInt16)})) AS c
  )
)
ORDER BY u.established DESC, u.client_place, u.server_place, u.protocol, u.port, u.client, u.server
LIMIT {limit:UInt32} OFFSET {offset:UInt32}`;

/** What is behind the combinations of a shortlist, busiest first; `offset` and `limit` are within its size. */
export async function readBusiest(
  store: Store,
  { uses }: UseTables,
  listed: ReturnType<Shortlist['result']>,
  { limit, offset = 0 }: { readonly limit: number; readonly offset?: number },
): Promise<JudgedUse[]> {
  if (listed.length === 0) return [];
  const verdicts = new Map(listed.map(({ combination, verdict }) => [keyOf(combination), verdict]));
  const rows = await store.query<Use & { clientPlace: number; serverPlace: number }>(PAGE_SQL(uses), {
    clients: listed.map(({ combination }) => combination.client),
    servers: listed.map(({ combination }) => combination.server),
    protocols: listed.map(({ combination }) => combination.protocol),
    ports: listed.map(({ combination }) => combination.port),
    limit,
    offset,
  });
  return rows.flatMap(({ clientPlace, serverPlace, ...use }) => {
    const verdict = verdicts.get(keyOf({ ...use, client: clientPlace, server: serverPlace }));
    return verdict ? [{ ...use, verdict }] : [];
  });
}

function keyOf({
  client,
  server,
  protocol,
  port,
}: Pick<Combination, 'client' | 'server' | 'protocol' | 'port'>): string {
  return `${client} ${server} ${protocol} ${port}`;
}
