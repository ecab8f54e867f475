import { FLOW_FIELDS } from '../../../ingest/flows';
import type { ColumnField, FieldTable, Kind } from '../../../ingest/query';
import { CONVERSATION_FIELDS } from './fields';

/** What is known of a flow by the conversation it is part of. */
const OF_CONVERSATION: ReadonlySet<string> = new Set([
  'client',
  'server',
  'service',
  'connections',
  'established',
  'refused',
  'unanswered',
  'half_open',
  'direction',
  'confidence',
]);

/** What an ICMP flow is about: a reply belongs to its request (8/0, 13/14, 15/16, 17/18; ICMPv6 128/129). */
const ASKED = `multiIf(protocol = 1 AND dst_port = 0, toUInt16(2048), protocol IN (1, 58), toUInt16(dst_port - 256), src_port)`;

/** Flows of conversations, either way, of which a condition is true within the hour. Hours are those of the window read. */
function partOf(condition: string): string {
  const those = `(SELECT scope, hour, protocol, client, server, port FROM current_conversations
    WHERE hour >= toStartOfHour(toDateTime({from:UInt32})) AND hour <= toDateTime({to:UInt32}) AND ${condition})`;
  const flow = 'scope, toStartOfHour(start), protocol';
  return `((${flow}, src, dst, dst_port) IN ${those} OR (${flow}, dst, src, ${ASKED}) IN ${those})`;
}

function ofConversation({ name, meaning, kind, columns }: ColumnField): ColumnField {
  const { alone } = kind;
  const member: Kind = {
    ...kind,
    condition: (column, operator, values, binder) => partOf(kind.condition(column, operator, values, binder)),
    ...(alone ? { alone: (column) => partOf(alone(column)) } : {}),
  };
  return { name, meaning: `of its conversation: ${meaning}`, kind: member, columns };
}

/** What flows can be filtered by where there are conversations: their columns, and those of their conversation in that hour. */
export const FLOW_AND_CONVERSATION_FIELDS: FieldTable = {
  subject: 'flows',
  fields: [
    ...FLOW_FIELDS.fields,
    ...CONVERSATION_FIELDS.fields.filter(({ name }) => OF_CONVERSATION.has(name)).map(ofConversation),
  ],
};
