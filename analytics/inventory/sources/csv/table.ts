import { parse } from 'csv-parse/sync';
import { WayleaveError } from '../../../../ingest/kernel/errors';
import type { InventoryReject } from '../../source';

/** Records of named cells, whether they came from a file of columns or from JSON. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly rejects: readonly InventoryReject[];
}

export interface Row {
  /** `line 12`. */
  readonly where: string;
  /** By column; trimmed. */
  readonly cells: ReadonlyMap<string, string>;
}

/** Wider than any register's export; a header beyond it is not one. */
const MOST_COLUMNS = 1024;
/** A quote that is never closed would otherwise take the rest of the file for one cell. */
const LONGEST_RECORD = 65_536;
const DELIMITERS = [',', ';', '\t', '|'] as const;
/** Windows PowerShell puts the object's type above the header unless told not to. */
const TYPE_LINE = /^\uFEFF?#TYPE[^\n]*\n/;

/**
 * Reads a file of columns with a header: commas, semicolons, tabs or bars, quotes as in RFC 4180, line breaks inside quotes.
 * A record of another width or with broken quotes is a reject, and reading goes on with the next line.
 *
 * @throws WayleaveError `bad-inventory` when the header names a column twice or has more than 1024
 */
export function readTable(text: string): Table {
  const skipped = TYPE_LINE.exec(text)?.[0].length ?? 0;
  const rejects: InventoryReject[] = [];
  const records = recordsOf(text.slice(skipped), skipped > 0 ? 2 : 1, rejects);
  const columns = (records.shift()?.cells ?? []).map((cell) => cell.trim());
  checkHeader(columns);
  const rows: Row[] = [];
  for (const { line, cells } of records) {
    const where = `line ${line}`;
    if (cells.length !== columns.length) {
      rejects.push({ where, message: `${cells.length} fields, the header has ${columns.length}` });
    } else rows.push({ where, cells: new Map(columns.map((column, i) => [column, (cells[i] ?? '').trim()])) });
  }
  return { columns, rows, rejects: rejects.sort((a, b) => lineOf(a) - lineOf(b)) };
}

/** The first line's cells, which is enough to tell what a file is. */
export function headerOf(text: string): string[] {
  const start = TYPE_LINE.exec(text)?.[0].length ?? 0;
  const line = text.slice(start, start + LONGEST_RECORD).split(/\r?\n/, 1)[0] ?? '';
  return (recordsOf(line, 1, [])[0]?.cells ?? []).map((cell) => cell.trim());
}

function checkHeader(columns: readonly string[]): void {
  const lower = columns.map((column) => column.toLowerCase());
  const twice = lower.find((column, i) => column !== '' && lower.indexOf(column) !== i);
  const problem =
    twice === undefined
      ? columns.length > MOST_COLUMNS && `has more than ${MOST_COLUMNS} columns`
      : `names a column twice: ${twice.slice(0, 80)}`;
  if (problem) {
    throw new WayleaveError(`the inventory's first line ${problem}`, { code: 'bad-inventory', where: { line: 1 } });
  }
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** csv-parse gives up at a broken quote, so it is started again behind the line that holds it. */
function recordsOf(text: string, firstLine: number, rejects: InventoryReject[]): CsvRecord[] {
  const bytes = Buffer.from(text);
  const delimiter = delimiterOf(text);
  const records: CsvRecord[] = [];
  let start = 0;
  let line = firstLine;
  while (start < bytes.length) {
    let read = 0;
    let lines = 0;
    try {
      parse(bytes.subarray(start), {
        bom: start === 0,
        delimiter,
        record_delimiter: ['\r\n', '\n'],
        relax_column_count: true,
        skip_empty_lines: true,
        max_record_size: LONGEST_RECORD,
        on_record: (cells: string[], { bytes: end, lines: last }) => {
          read = end;
          lines = last;
          const breaks = cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
          records.push({ line: line + last - 1 - breaks, cells });
          return null;
        },
      });
      return records;
    } catch (error) {
      start += read;
      line += lines;
      while (bytes[start] === 0x0a || (bytes[start] === 0x0d && bytes[start + 1] === 0x0a)) {
        if (bytes[start++] === 0x0a) line++;
      }
      rejects.push({ where: `line ${line}`, message: problemOf(error) });
      const end = bytes.indexOf(0x0a, start);
      start = end < 0 ? bytes.length : end + 1;
      line++;
    }
  }
  return records;
}

function delimiterOf(text: string): string {
  const header = (text.slice(0, LONGEST_RECORD).split('\n', 1)[0] ?? '').replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => header.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function problemOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote is not closed';
  if (code === 'CSV_MAX_RECORD_SIZE')
    return `a record is longer than ${LONGEST_RECORD} bytes, or a quote is not closed`;
  return 'a quote is inside a cell that does not start with one, or text follows a closing quote';
}

function lineOf({ where }: InventoryReject): number {
  return Number(where.slice('line '.length));
}
