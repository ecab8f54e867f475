import type { ValueLookup } from '../query';
import type { Store } from '../store';
import { TEXT } from '../query';

const MOST_OFFERED = 20;
/** A guess is offered from what can be read while somebody types. */
const SETTINGS =
  "max_rows_to_read = 2000000, read_overflow_mode = 'break', max_execution_time = 2, timeout_overflow_mode = 'break'";

/** Texts that a column of a table holds, the most frequent first. Table and column are SQL of ours. */
export async function valuesOfColumn(
  store: Store,
  { table, column, list = false }: { readonly table: string; readonly column: string; readonly list?: boolean },
  beginning: string,
): Promise<string[]> {
  const rows = await store.query<{ value: string }>(
    `SELECT ${list ? `arrayJoin(${column})` : column} AS value FROM ${table}
     WHERE ${list ? `notEmpty(${column})` : `${column} != ''`}
     GROUP BY value HAVING startsWith(lower(value), lower({beginning:String}))
     ORDER BY count() DESC, value LIMIT ${MOST_OFFERED} SETTINGS ${SETTINGS}`,
    { beginning },
  );
  return rows.map(({ value }) => value);
}

/** Values of the texts of flows. */
export function flowValues(store: Store): ValueLookup {
  return async (field, beginning) => {
    if (field.kind !== TEXT || !('columns' in field)) return [];
    const [column = ''] = field.columns;
    return valuesOfColumn(store, { table: 'flow_details', column }, beginning);
  };
}
