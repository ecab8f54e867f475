import type { SourceOptions } from '../../source';
import type { Row, Table } from '../csv/table';
import { get, isObject, textOf, valuesAt } from './path';
import type { JsonRecord } from './records';

/** Objects of free keys and values, whose entries are labels of the record. */
const BAGS = new Set(['labels', 'tags', 'custom_fields', 'attributes', 'properties', 'metadata']);
const MOST_COLUMNS = 1024;

/** Records as rows: a column for each key, each entry of a bag of labels, and each path that the mapping names. */
export function tableOf(
  records: readonly JsonRecord[],
  mapping: SourceOptions['mapping'] = {},
): Omit<Table, 'rejects'> {
  const columns = new Set<string>();
  const paths = Object.values(mapping);
  const rows = records.map(({ where, value }): Row => {
    const cells = new Map<string, string>();
    const add = (column: string, text: string) => {
      if (text === '' || (!columns.has(column) && columns.size >= MOST_COLUMNS)) return;
      columns.add(column);
      cells.set(column, text);
    };
    for (const [key, entry] of Object.entries(isObject(value) ? value : {})) {
      add(key, textOf(entry));
      if (BAGS.has(key) && isObject(entry))
        for (const label of Object.keys(entry)) add(label, textOf(get(entry, label)));
    }
    for (const path of paths.flatMap((path) => [path, ...path.split(',').map((part) => part.trim())])) {
      add(path, textOf(valuesAt(value, path).flat()));
    }
    return { where, cells };
  });
  return { columns: [...columns], rows };
}
