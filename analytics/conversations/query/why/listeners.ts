import { formatTime } from '../../../../ingest/kernel/time';
import type { Store } from '../../../../ingest/store';
import { askedName } from '../name';
import type { Finder } from './finding';
import { between, counted } from './wording';

/** A line of the ledger of listeners: who says since when that something is offered there. Times in epoch seconds. */
export interface Listener {
  readonly scope: string;
  readonly protocol: number;
  readonly port: number;
  readonly source: 'stated' | 'sighting' | 'inventory';
  readonly first: number;
  readonly last: number;
  readonly name: string;
}

/** Ports a client is asked about at most: its range may be all there is. */
const MOST_LINES = 1000;

/** The ledger of one address, by port; those without scope hold in every scope. */
export function listenersOf(
  store: Store,
  at: { readonly scope?: string; readonly address: string },
  ports: { readonly protocol: number; readonly low: number; readonly high: number } | undefined,
): Promise<Listener[]> {
  const { protocol = 0, low = 0, high = 65_535 } = ports ?? {};
  return store.query<Listener>(
    `SELECT l.scope AS scope, l.protocol AS protocol, l.port AS port, l.source AS source,
       toUnixTimestamp(min(l.first)) AS first, toUnixTimestamp(max(l.last)) AS last, anyLast(l.name) AS name
     FROM listeners AS l
     WHERE l.address = {address:IPv6} AND ({every:UInt8} OR l.scope IN ('', {scope:String}))
       AND ({protocol:UInt8} = 0 OR l.protocol = {protocol:UInt8}) AND l.port BETWEEN {low:UInt16} AND {high:UInt16}
     GROUP BY scope, protocol, port, source ORDER BY protocol, port, scope, source LIMIT ${MOST_LINES}`,
    { address: at.address, scope: at.scope ?? '', every: at.scope === undefined ? 1 : 0, protocol, low, high },
  );
}

/** `known to listen since … (stated by flows until …)`. */
export function listenerText({ source, first, last, name }: Listener): string {
  switch (source) {
    case 'stated':
      return `answered flows whose source says who opened them, ${between(first, last)}`;
    case 'sighting':
      return `a sensor named the service${name === '' ? '' : ` "${name}"`}, ${between(first, last)}`;
    case 'inventory':
      return `the inventory lists it${name === '' ? '' : ` as "${name}"`}, since ${formatTime(first)}`;
  }
}

interface Repetition {
  readonly hours: number;
  readonly peers: number;
  readonly most: number;
}

/** Who is known to listen on either end, and how often the server's endpoint was used. */
export const listeners: Finder = async ({ conversation, store }) => {
  const { scope, client, server, protocol, port, clientPortLow, clientPortHigh } = conversation;
  const asked = askedName(protocol, port);
  const known = await listenersOf(store, { scope, address: server }, { protocol, low: port, high: port });
  const against =
    clientPortHigh === 0
      ? []
      : await listenersOf(store, { scope, address: client }, { protocol, low: clientPortLow, high: clientPortHigh });
  const [used] = await store.query<Repetition>(
    `SELECT uniqExact(r.hour) AS hours, sum(r.peers) AS peers, max(r.peers) AS most FROM repetitions AS r FINAL
     WHERE r.address = {server:IPv6} AND r.protocol = {protocol:UInt8} AND r.port = {port:UInt16} AND r.scope = {scope:String}
     HAVING count() > 0`,
    { server, protocol, port, scope },
  );
  return [
    ...known.map((line) => ({
      topic: 'listeners',
      text: `${server} is known to listen on ${asked}: ${listenerText(line)}`,
      evidence: line,
    })),
    ...(used
      ? [
          {
            topic: 'listeners',
            text: `where only numbers could tell, ${asked} of ${server} was used in ${counted(used.hours, 'hour')}, by up to ${counted(used.most, 'peer')} in one`,
            evidence: used,
          },
        ]
      : []),
    ...against.map((line) => ({
      topic: 'listeners',
      text: `against it: ${client} is known to listen on ${askedName(protocol, line.port)}, which is among its ports here: ${listenerText(line)}`,
      evidence: line,
    })),
  ];
};
