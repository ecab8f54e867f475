import type { Store } from '../../ingest/store';
import { addressText } from '../conversations/read';
import type { Window } from '../model/topology';
import { PROTOCOL } from '../../ingest/kernel/port';
import type { Duty } from './duties';

const [KERBEROS, DNS] = [88, 53];
const MOST = 10_000;

/** Who answers Kerberos is a directory, who answers DNS a resolver, whether an analysis found that out yet or not. */
const SERVING_SQL = `
SELECT address, if(kerberos > 0, 'directory', 'dns') AS duty
FROM (
  SELECT ${addressText('c.server')} AS address, countIf(c.port = ${KERBEROS}) AS kerberos
  FROM current_conversations AS c
  WHERE c.hour >= toDateTime({from:UInt32}) AND c.hour < toDateTime({to:UInt32}) AND c.established > 0 AND c.direction < 6
    AND c.port IN (${KERBEROS}, ${DNS}) AND c.protocol IN (${PROTOCOL.tcp}, ${PROTOCOL.udp})
  GROUP BY address
)
ORDER BY address LIMIT ${MOST}`;

export async function servingDuties(store: Store, window: Window): Promise<Map<string, Duty>> {
  const rows = await store.query<{ address: string; duty: Duty }>(SERVING_SQL, { ...window });
  return new Map(rows.map(({ address, duty }) => [address, duty]));
}
