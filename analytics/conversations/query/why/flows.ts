import { countFlows, readFlows, type FlowRow } from '../../../../ingest/flows';
import { hasPorts } from '../../../../ingest/kernel/port';
import type { Condition } from '../../../../ingest/query';
import { hoursOf } from '../hours';
import type { ConversationKey } from '../name';
import type { About } from './finding';

/** Raw flows behind a conversation. */
export interface FlowEvidence {
  /** The latest hours with traffic, epoch seconds, which is where they were looked for. */
  readonly hours: readonly number[];
  /** How many there are in them: none once they have expired. */
  readonly count: number;
  /** The first few. */
  readonly first: readonly FlowRow[];
}

/** Flows are sorted by the hour alone, so that each hour is read whole. */
const MOST_HOURS = 6;
const SHOWN = 5;

export async function flowsBehind({ conversation, window, store }: About): Promise<FlowEvidence> {
  const { sql, params } = hoursOf(conversation, window);
  const active = await store.query<{ at: number }>(
    `SELECT DISTINCT toUnixTimestamp(hour) AS at FROM current_conversations WHERE ${sql}
     ORDER BY at DESC LIMIT ${MOST_HOURS}`,
    params,
  );
  const hours = active.map(({ at }) => at).reverse();
  const condition = flowsOf(conversation, hours);
  return {
    hours,
    count: await countFlows(store, { condition }),
    first: await readFlows(store, { condition }, SHOWN),
  };
}

/** Both directions of a conversation, on either side of a translation. Replies to ICMP requests have types of their own. */
function flowsOf({ scope, client, server, protocol, port }: ConversationKey, hours: readonly number[]): Condition {
  const [from, to] = hasPorts(protocol)
    ? ['{port:UInt16} IN (src_port, post_src_port)', '{port:UInt16} IN (dst_port, post_dst_port)']
    : ['1', 'dst_port = {port:UInt16}'];
  return {
    sql: `toStartOfHour(start) IN {hours:Array(DateTime)} AND protocol = {protocol:UInt8} AND scope = {scope:String} AND (
      ({client:IPv6} IN (src, via_src, post_src) AND {server:IPv6} IN (dst, via_dst, post_dst) AND ${to}) OR
      ({server:IPv6} IN (src, via_src, post_src) AND {client:IPv6} IN (dst, via_dst, post_dst) AND ${from}))`,
    params: { scope, client, server, protocol, port, hours },
  };
}
