import { FLOW_COLUMNS, flowColumn, type FlowColumnName } from '../model/flow';

/** The column that each row begins with, before those of the layout. */
const FIRST = ['segment', 'UUID'] as const;

const KNOWN: ReadonlyMap<string, FlowColumnName> = new Map(FLOW_COLUMNS.map(({ name }) => [name, name]));

/** Names and types are short; a varint of one byte holds their length. */
const LONGEST_TEXT = 127;

/** What comes before the rows in `RowBinaryWithNamesAndTypes`: how many columns, their names, their types. */
export function writeHeader(layout: readonly FlowColumnName[]): Buffer {
  const names = [FIRST[0], ...layout];
  const types = [FIRST[1], ...layout.map((name) => flowColumn(name).type)];
  const texts = [...names, ...types].map((text) => Buffer.concat([Buffer.of(text.length), Buffer.from(text)]));
  return Buffer.concat([Buffer.of(names.length), ...texts]);
}

export interface Header {
  readonly layout: readonly FlowColumnName[];
  /** Bytes it takes. */
  readonly length: number;
}

/** @throws Error that says what is wrong; the columns may be in any order behind the first */
export function readHeader(value: Uint8Array): Header {
  const columns = value[0] ?? 0;
  if (columns < 2 || columns > FLOW_COLUMNS.length + 1) throw new Error(`its header says ${columns} columns`);
  let at = 1;
  const next = (): string => {
    const length = value[at] ?? LONGEST_TEXT + 1;
    const end = at + 1 + length;
    if (length > LONGEST_TEXT || end > value.length) throw new Error(`its header breaks off at byte ${at}`);
    const text = Buffer.from(value.buffer, value.byteOffset + at + 1, length).toString('latin1');
    at = end;
    return text;
  };
  const names = Array.from({ length: columns }, next);
  const types = Array.from({ length: columns }, next);
  if (names[0] !== FIRST[0] || types[0] !== FIRST[1]) throw new Error('its first column is not segment UUID');
  const layout = names.slice(1).map((name, index) => {
    const known = KNOWN.get(name);
    if (known === undefined) throw new Error(`it has a column ${name}, which no flow has`);
    const type = types[index + 1];
    if (type !== flowColumn(known).type)
      throw new Error(`its column ${name} is ${type}, and flows have ${flowColumn(known).type}`);
    return known;
  });
  if (new Set(layout).size < layout.length) throw new Error('it has a column twice');
  return { layout, length: at };
}
