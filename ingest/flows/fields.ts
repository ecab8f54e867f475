import {
  ADDRESS,
  FLAG,
  numberKind,
  TEXT,
  TIME,
  type ColumnField,
  type End,
  type FieldTable,
  type Kind,
} from '../query';

import type { ClickHouseType } from '../model/flow';
import { DETAIL_COLUMNS, type DetailColumn } from './columns';
import { namesOf } from './enumerations';

const MOST: Readonly<Partial<Record<ClickHouseType, number>>> = {
  UInt8: 0xff,
  UInt16: 0xffff,
  UInt32: 0xffff_ffff,
  // What comes as a larger number is not exact in JavaScript.
  UInt64: Number.MAX_SAFE_INTEGER,
};

function kindOf({ name, type, unit }: DetailColumn): Kind {
  switch (type) {
    case 'IPv6':
      return ADDRESS;
    case 'DateTime64(6)':
      return TIME;
    case 'String':
    case 'LowCardinality(String)':
      return TEXT;
    case 'UInt8':
    case 'UInt16':
    case 'UInt32':
    case 'UInt64': {
      const names = namesOf(name);
      const counts = unit !== undefined;
      return numberKind({ type, most: MOST[type] ?? 0, counts, suffixes: counts, ...(names ? { names } : {}) });
    }
  }
}

const end = (address: string): End => ({ address, scope: 'scope', at: 'toUnixTimestamp64Milli(start)' });
const ENDS: Readonly<Record<string, readonly End[]>> = { src: [end('src')], dst: [end('dst')] };

const OF_EITHER_END: readonly ColumnField[] = [
  {
    name: 'host',
    meaning: 'address of either end',
    kind: ADDRESS,
    columns: ['src', 'dst'],
    ends: [end('src'), end('dst')],
  },
  {
    name: 'port',
    meaning: 'port of either end',
    kind: numberKind({ type: 'UInt16', most: 0xffff }),
    columns: ['src_port', 'dst_port'],
  },
  { name: 'denied', meaning: 'a firewall on the way denied it', kind: FLAG, columns: ['verdict = 2'] },
];

/** What flows can be filtered by: every column, and what is said of either end. */
export const FLOW_FIELDS: FieldTable = {
  subject: 'flows',
  fields: [
    ...DETAIL_COLUMNS.map((column) => ({
      name: column.name,
      meaning: column.meaning,
      kind: kindOf(column),
      columns: [column.name],
      ...(ENDS[column.name] ? { ends: ENDS[column.name] } : {}),
    })),
    ...OF_EITHER_END,
  ],
};
