import { isV4, parseAddress } from '../../ingest/kernel/ip';
import { PROTOCOL } from '../../ingest/kernel/port';
import type { Store } from '../../ingest/store';
import type { Window } from '../model/topology';
import { addressText } from '../conversations/read';
import { classOf, classSql } from './address-class';
import { confidenceOf, leastShare } from './confidence';
import type { EstateNetworks } from './estate';
import { type Detected, type NoiseFinding } from './finding';

/** Wake-on-LAN, DHCP, portmap, NetBIOS, RIP, SSDP, WS-Discovery, mDNS, LLMNR, Dropbox: what is asked of a whole link. */
const BROADCAST_PORTS = [9, 67, 68, 111, 137, 138, 520, 1900, 3702, 5353, 5355, 17500];
/** Of other services: so many senders to one silent address, all of its own network. */
const LEAST_SENDERS = 3;
/** Longest run of host bits tried: a /16. */
const MOST_HOST_BITS = 16;
/** A /30 is the smallest network with a broadcast address. */
const LEAST_HOST_BITS = 2;
const MOST_FINDINGS = 1_000;

interface Row {
  readonly scope: string;
  readonly server: string;
  readonly senders: number;
  readonly lowest: string;
  readonly highest: string;
  readonly connections: number;
  readonly usual: number;
  readonly first: number;
  readonly last: number;
  readonly examples: readonly string[];
}

/** Groups and everybody by their number; of the others, silent IPv4 addresses whose last byte may end a network. */
const candidatesSql = (estate: EstateNetworks) => `
SELECT scope, ${addressText('server')} AS server, senders, ${addressText('lowest_')} AS lowest,
  ${addressText('highest_')} AS highest, connections_ AS connections, usual, first, last,
  arrayMap(s -> ${addressText('s')}, examples_) AS examples
FROM (
  SELECT c.scope AS scope, c.server AS server, ${classSql('c.server')} AS class, uniqExact(c.client) AS senders,
    min(c.client) AS lowest_, max(c.client) AS highest_, sum(c.connections) AS connections_,
    sumIf(c.connections, c.port IN (${BROADCAST_PORTS.join(', ')})) AS usual,
    toUnixTimestamp(min(c.first_seen)) AS first, toUnixTimestamp(max(c.last_seen)) AS last,
    arraySort(groupArraySample(5, 1)(DISTINCT c.client)) AS examples_
  FROM current_conversations AS c
  WHERE c.hour >= toDateTime({from:UInt32}) AND c.hour < toDateTime({to:UInt32})
    AND (${classSql('c.server')} != 'host' OR (
      c.protocol = ${PROTOCOL.udp} AND ${estate.insideSql('c.server')}
      AND toUInt8(reinterpretAsUInt8(substring(reinterpretAsString(c.server), 16, 1))) IN (
        SELECT toUInt8(number) FROM numbers(256) WHERE number = 0 OR bitAnd(number, 3) = 3)))
  GROUP BY scope, server
  HAVING class != 'host' OR (sum(c.established) = 0 AND sum(c.server_packets) = 0
    AND (scope, server) NOT IN (
      SELECT s.scope, s.client FROM current_conversations AS s
      WHERE s.hour >= toDateTime({from:UInt32}) AND s.hour < toDateTime({to:UInt32})))
  ORDER BY class = 'host', connections_ DESC, scope, server
  LIMIT ${MOST_FINDINGS}
)`;

/** Multicast groups, the limited broadcast, and directed broadcasts: addresses that end the network of all who send there. */
export async function findBroadcasts(store: Store, window: Window, estate: EstateNetworks): Promise<Detected> {
  const rows = await store.query<Row>(candidatesSql(estate), { ...window, ...estate.params });
  const findings = rows.map(findingOf).filter((found) => found !== undefined);
  return {
    findings,
    marks: findings.map(({ scope, address }, finding) => ({
      finding,
      scope,
      client: null,
      server: address,
      service: null,
      alive: [],
      outsideOnly: false,
      answered: true,
    })),
  };
}

function findingOf(row: Row): NoiseFinding | undefined {
  const { scope, server, senders, connections, usual, first, last, examples } = row;
  const common = { scope, address: server, peers: senders, examples, seen: { from: first, to: last }, connections };
  const by = `${senders} ${senders === 1 ? 'sender' : 'senders'}, ${connections} times`;
  switch (classOf(server)) {
    case 'multicast':
      return { ...common, kind: 'multicast', answered: 0, confidence: 1, reason: `a multicast group: ${by}` };
    case 'broadcast':
      return {
        ...common,
        kind: 'broadcast',
        answered: 0,
        confidence: 1,
        reason: `the limited broadcast address: ${by}`,
      };
    case 'host': {
      const edge = edgeOf(row);
      if (edge === undefined || (senders < LEAST_SENDERS && usual === 0)) return undefined;
      const ports = usual > 0 ? ', by services that ask a whole link' : '';
      return {
        ...common,
        kind: 'broadcast',
        answered: 0,
        confidence: confidenceOf(leastShare(connections, connections)),
        reason: `the ${edge.end} address of a /${edge.length} that all senders are in, and it never sent anything: ${by}${ports}`,
      };
    }
  }
}

/** The smallest network that holds all senders, where the address is the last of it, or, as of old, the first. */
function edgeOf({ server, lowest, highest }: Row): { end: 'last' | 'first'; length: number } | undefined {
  const [address, low, high] = [server, lowest, highest].map(parseAddress);
  if (address === undefined || low === undefined || high === undefined || !isV4(address)) return undefined;
  for (let bits = LEAST_HOST_BITS; bits <= MOST_HOST_BITS; bits++) {
    const mask = (1n << BigInt(bits)) - 1n;
    const base: bigint = address & ~mask;
    const end: bigint = address | mask;
    if (low < base || high > end) continue;
    if (address === end) return { end: 'last', length: 32 - bits };
    // Networks of less than a /24 begin in the middle of others: there `.0`s are rare and hosts are likely.
    if (address === base && bits >= 8) return { end: 'first', length: 32 - bits };
  }
  return undefined;
}
