import type { Store } from '../../ingest/store';
import { addressText } from '../conversations/read';
import type { UseTables } from './uses';

/** The life of one port that may wander, hours whole. */
export interface PortLife {
  readonly port: number;
  /** Epoch seconds, of its first and its last use. */
  readonly first: number;
  readonly last: number;
  /** In which it was used. */
  readonly hours: number;
  /** The control port it hangs on, 0 for none. */
  readonly control: number;
  /** First uses by a client, those that followed the control port, and the share of other services that did so by chance. */
  readonly uses: number;
  readonly tied: number;
  readonly chance: number;
}

/** Ports of one server and protocol that may wander, by port. */
export interface ServerPorts {
  readonly scope: string;
  readonly server: string;
  readonly protocol: number;
  /** First and last use of anything it offers. */
  readonly serving: { readonly from: number; readonly to: number };
  readonly ports: readonly PortLife[];
  /** Distinct clients, by control port; 0 for the ports without. */
  readonly clients: ReadonlyMap<number, number>;
}

type Row = Omit<ServerPorts, 'serving' | 'ports' | 'clients'> & PortLife & { from: number; to: number };

/** Fewer ports that nothing ties to a control port are services of their own. */
export const LEAST_PORTS = 10;

const livesSql = ({ uses, ports }: UseTables) => `
SELECT p.scope AS scope, ${addressText('p.server')} AS server, p.protocol AS protocol, p.port AS port,
  toUnixTimestamp(p.first) AS first, toUnixTimestamp(p.last) AS last, p.hours AS hours, p.control AS control, p.uses AS uses,
  p.tied AS tied, p.chance AS chance, toUnixTimestamp(s.from) AS "from", toUnixTimestamp(s.to) AS "to"
FROM ${ports} AS p
INNER JOIN (
  SELECT scope, server, min(first) AS from, max(last) AS to FROM ${uses} GROUP BY scope, server
) AS s ON s.scope = p.scope AND s.server = p.server
WHERE p.control > 0 OR (p.scope, p.server, p.protocol) IN (
  SELECT scope, server, protocol FROM ${ports} GROUP BY scope, server, protocol HAVING count() >= ${LEAST_PORTS})
ORDER BY p.scope, p.server, p.protocol, p.port`;

const clientsSql = ({ uses, ports }: UseTables) => `
SELECT u.scope AS scope, ${addressText('u.server')} AS server, u.protocol AS protocol, p.control AS control,
  uniqExact(u.client) AS clients
FROM ${uses} AS u INNER JOIN ${ports} AS p
  ON p.scope = u.scope AND p.server = u.server AND p.protocol = u.protocol AND p.port = u.port
GROUP BY u.scope, u.server, u.protocol, p.control`;

/** Server by server, so that only one's ports are held at a time. */
export async function* serverPorts(store: Store, tables: UseTables): AsyncGenerator<ServerPorts> {
  const counted = await store.query<{
    scope: string;
    server: string;
    protocol: number;
    control: number;
    clients: number;
  }>(clientsSql(tables));
  const clients = new Map<string, Map<number, number>>();
  for (const row of counted) {
    const key = keyOf(row);
    clients.set(key, (clients.get(key) ?? new Map<number, number>()).set(row.control, row.clients));
  }
  let rows: Row[] = [];
  const done = (): ServerPorts | undefined => {
    const [first] = rows;
    if (!first) return undefined;
    const { scope, server, protocol, from, to } = first;
    const ports = rows.map(({ port, first: born, last, hours, control, uses, tied, chance }) => {
      return { port, first: born, last, hours, control, uses, tied, chance };
    });
    rows = [];
    return { scope, server, protocol, serving: { from, to }, ports, clients: clients.get(keyOf(first)) ?? new Map() };
  };
  for await (const batch of store.stream<Row>(livesSql(tables))) {
    for (const row of batch) {
      if (rows[0] && keyOf(rows[0]) !== keyOf(row)) {
        const complete = done();
        if (complete) yield complete;
      }
      rows.push(row);
    }
  }
  const last = done();
  if (last) yield last;
}

function keyOf({ scope, server, protocol }: { scope: string; server: string; protocol: number }): string {
  return `${scope} ${server} ${protocol}`;
}
