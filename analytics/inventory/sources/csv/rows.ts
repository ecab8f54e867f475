import { messageOf, WayleaveError } from '../../../../ingest/kernel/errors';
import type { ClaimedAddress, SourceOptions } from '../../source';
import { parseMoment } from '../moment';
import type { At } from '../read-each';
import { wellKnownLabels } from '../well-known-labels';
import { parseAddressCell, parseType } from './cell';
import { chooseColumns, type Columns } from './columns';
import type { Register } from './register';
import type { Row, Table } from './table';

const LONGEST_FIELD = 256;
/** What NetBox calls the routing table without a name. */
const NO_SCOPE = /^(global|default|none|-)$/i;

/**
 * Adds every row of a table to a register. What is wrong with one row is a reject.
 * @throws WayleaveError `bad-inventory` when no column holds addresses or the mapping names a column that is not there
 */
export function addRows(table: Table, options: SourceOptions, register: Register, at: At): void {
  const columns = chooseColumns(table.columns, options.mapping);
  if (columns === undefined) {
    const header = table.columns.join(', ').slice(0, 80);
    throw new WayleaveError(`the inventory has no "address" column; a mapping can say which it is: ${header}`, {
      code: 'bad-inventory',
      where: { line: 1 },
    });
  }
  for (const guess of columns.guessed) register.note(guess);
  for (const { where, message } of table.rejects) register.reject(at(where), message);
  for (const row of table.rows) {
    try {
      addRow(row, columns, options, register, at);
    } catch (error) {
      register.reject(at(row.where), messageOf(error));
    }
  }
}

function addRow(row: Row, columns: Columns, options: SourceOptions, register: Register, at: At): void {
  const field = (column: string | undefined) => shortCell(row, column);
  const cell = columns.address.map((column) => row.cells.get(column) ?? '').join(' ');
  const { addresses, networks, problems } = parseAddressCell(cell);
  const where = at(row.where);
  for (const problem of problems) register.reject(where, problem);
  const [first] = [...addresses, ...networks];
  if (first === undefined) {
    if (problems.length === 0) throw new Error('no address');
    return;
  }
  const scope = field(columns.scope).replace(NO_SCOPE, '') || (options.scope ?? '');
  const name = field(columns.name) || first;
  const type = parseType(field(columns.type));
  const labels = labelsOf(row, columns, options, type === undefined);
  const span = { ...moment('since', field(columns.from)), ...moment('until', field(columns.until)) };
  for (const prefix of networks) register.addNetwork({ prefix, scope, name, labels });
  const claimed = addresses.map((address): ClaimedAddress => ({ address, scope, ...span }));
  if (claimed.length === 0) return;
  register.add({ where, key: field(columns.key) || name, name, ...(type && { type }), addresses: claimed, labels });
}

function shortCell(row: Row, column: string | undefined): string {
  const value = column === undefined ? '' : (row.cells.get(column) ?? '');
  if (value.length > LONGEST_FIELD) throw new Error(`${column} is longer than ${LONGEST_FIELD} characters`);
  return value;
}

function moment(side: 'since' | 'until', text: string): { since?: number; until?: number } {
  if (text === '') return {};
  const value = parseMoment(text);
  if (value === undefined) throw new Error(`"${text.slice(0, 40)}" is no moment such as 2026-11-21T10:00:00Z`);
  return { [side]: value };
}

/** Every column that is nothing else is a label; a type that means nothing to us is one, too. */
function labelsOf(row: Row, columns: Columns, options: SourceOptions, typeIsLabel: boolean): Record<string, string> {
  const { address, name, key, scope, from, until } = columns;
  const used = new Set([...address, name, key, scope, from, until, typeIsLabel ? undefined : columns.type]);
  const tags = [...row.cells].filter(([column]) => !used.has(column) && !columns.labels.has(column));
  const mapped = [...columns.labels].map(([column, label]) => [
    label,
    (row.cells.get(column) ?? '').slice(0, LONGEST_FIELD),
  ]);
  return {
    ...wellKnownLabels(Object.fromEntries(tags), options.labels),
    ...Object.fromEntries(mapped.filter(([, value]) => value !== '')),
  };
}
