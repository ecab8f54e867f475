import { PROTOCOL_NUMBERS } from '../../../ingest/flows';
import {
  ADDRESS,
  numberKind,
  TEXT,
  TIME,
  type ColumnField,
  type End,
  type FieldTable,
  type Kind,
} from '../../../ingest/query';
import { DIRECTION_LEVELS } from '../../model/conversation';
import { CONVERSATION_COLUMNS, KEY, type ConversationColumn } from './columns';
import { SERVICE, SERVICE_COLUMNS } from './service';

/** `fan_in`: names in filters are in lower case. */
const LEVELS = Object.fromEntries(
  Object.entries(DIRECTION_LEVELS).map(([name, level]) => [name.replaceAll(/[A-Z]/g, '_$&').toLowerCase(), level]),
);
const NAMES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  protocol: PROTOCOL_NUMBERS,
  direction: LEVELS,
};

function kindOf({ name, type, unit }: ConversationColumn): Kind {
  switch (type) {
    case 'IPv6':
    case 'Array(IPv6)':
      return ADDRESS;
    case 'DateTime':
      return TIME;
    case 'String':
    case 'Array(String)':
      return TEXT;
    case 'Float32':
      return numberKind({ type: 'Float64', most: 1 });
    case 'UInt8':
    case 'UInt16':
    case 'UInt32':
    case 'UInt64': {
      const most = Math.min(2 ** Number(type.slice(4)) - 1, Number.MAX_SAFE_INTEGER);
      const counts = unit !== undefined;
      return numberKind({ type, most, counts, suffixes: counts, ...(NAMES[name] ? { names: NAMES[name] } : {}) });
    }
  }
}

/** As of the latest time where it changed hands within an hour. */
function end(side: 'client' | 'server'): End {
  return { address: side, scope: 'scope', at: `toInt64(toUnixTimestamp(${side}_from)) * 1000` };
}

const ENDS: Readonly<Record<string, readonly End[]>> = { client: [end('client')], server: [end('server')] };

/** Fields over the columns that name a conversation: they hold of every hour of it, or of none. */
const OF_KEY: readonly ColumnField[] = [
  {
    name: 'host',
    meaning: 'address of either end',
    kind: ADDRESS,
    columns: ['client', 'server'],
    ends: [end('client'), end('server')],
  },
  { name: 'service', meaning: 'what is offered: https, 8443/tcp, icmp/8/0', kind: SERVICE, columns: SERVICE_COLUMNS },
];

/** What conversations can be filtered by: every column, either end, services, and workloads of ends. */
export const CONVERSATION_FIELDS: FieldTable = {
  subject: 'conversations',
  fields: [
    ...CONVERSATION_COLUMNS.map((column: ConversationColumn) => ({
      name: column.field ?? column.name,
      meaning: column.meaning,
      kind: kindOf(column),
      columns: [column.name],
      ...(column.type.startsWith('Array') ? { list: true } : {}),
      ...(ENDS[column.name] ? { ends: ENDS[column.name] } : {}),
    })),
    ...OF_KEY,
  ],
  aliases: { workload: 'host.workload' },
  hints: {
    src: 'who sent is known of flows; here it is client or server',
    dst: 'who received is known of flows; here it is client or server',
    verdict: 'flows have verdicts; here "denied" counts the connections that were denied',
  },
};

const KEY_COLUMNS: ReadonlySet<string> = new Set(KEY);
const KEY_FIELDS: ReadonlySet<string> = new Set(OF_KEY.map(({ name }) => name));

/** Whether a field can be decided hour by hour, before hours are summed. */
export function isOfHour(field: ColumnField): boolean {
  return KEY_FIELDS.has(field.name) || field.columns.every((column) => KEY_COLUMNS.has(column));
}
