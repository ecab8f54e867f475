import type { Condition } from '../../../ingest/query';
import type { Window } from '../../model/topology';
import type { ConversationKey } from './name';

/** The hours of one conversation, over `current_conversations`. */
export function hoursOf({ scope, client, server, protocol, port }: ConversationKey, { from, to }: Window): Condition {
  return {
    sql: `hour >= toDateTime({from:UInt32}) AND hour < toDateTime({to:UInt32}) AND scope = {scope:String}
      AND client = {client:IPv6} AND server = {server:IPv6} AND protocol = {protocol:UInt8} AND port = {port:UInt16}`,
    params: { from, to, scope, client, server, protocol, port },
  };
}
