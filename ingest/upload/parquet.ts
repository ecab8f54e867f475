import { open } from 'node:fs/promises';
import { messageOf, WayleaveError } from '../kernel/errors';

/** Schema elements of a flow log are some dozens; AWS knows 42 fields. */
const LONGEST_FOOTER = 16 * 1024 * 1024;
const MOST_COLUMNS = 1000;
const MOST_ROW_GROUPS = 100_000;
const DEEPEST = 16;
const MAGIC = 'PAR1';
/** Length of the footer (little-endian) and the magic. */
const TAIL_BYTES = 8;

export interface ParquetFooter {
  /** Names of the top-level columns, in order. */
  readonly columns: readonly string[];
  readonly rows: number;
  readonly rowGroups: number;
}

export function isParquet(first: Uint8Array): boolean {
  return Buffer.from(first.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;
}

/** Reads the end of a Parquet file. @throws WayleaveError `bad-parquet`, saying what is wrong with it */
export async function readParquetFooter(path: string, name: string): Promise<ParquetFooter> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new WayleaveError(`${name} is no Parquet file that can be read: ${reason}`, {
      code: 'bad-parquet',
      where: { file: name },
      cause,
    });
  };
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size < MAGIC.length + TAIL_BYTES) refuse('it ends before its footer');
    const tail = Buffer.alloc(TAIL_BYTES);
    await file.read(tail, 0, TAIL_BYTES, size - TAIL_BYTES);
    if (tail.toString('latin1', 4) !== MAGIC) refuse(`it does not end with ${MAGIC}: it is cut off or encrypted`);
    const length = tail.readUInt32LE(0);
    if (length > size - TAIL_BYTES - MAGIC.length || length > LONGEST_FOOTER) {
      refuse(`its footer says ${length} bytes of a file of ${size}, where at most ${LONGEST_FOOTER} are taken`);
    }
    const footer = Buffer.alloc(length);
    await file.read(footer, 0, length, size - TAIL_BYTES - length);
    return parseParquetFooter(footer);
  } catch (error) {
    if (error instanceof WayleaveError) throw error;
    return refuse(messageOf(error), error);
  } finally {
    await file.close();
  }
}

/** `FileMetaData` in Thrift's compact protocol: version 1, schema 2, number of rows 3, row groups 4. @throws RangeError */
export function parseParquetFooter(bytes: Uint8Array): ParquetFooter {
  const thrift = new CompactThrift(bytes);
  let [columns, rows, rowGroups]: [string[], number, number] = [[], 0, 0];
  thrift.struct((field, type) => {
    if (field === 2 && type === LIST) columns = topLevel(schemaOf(thrift));
    else if (field === 3 && type === I64) rows = thrift.integer();
    else if (field === 4 && type === LIST) {
      rowGroups = thrift.list(MOST_ROW_GROUPS, 'row groups', (element) => thrift.skip(element));
    } else thrift.skip(type);
  });
  if (columns.length === 0) throw new RangeError('its footer names no columns');
  return { columns, rows, rowGroups };
}

interface SchemaElement {
  readonly name: string;
  readonly children: number;
}

function schemaOf(thrift: CompactThrift): SchemaElement[] {
  const elements: SchemaElement[] = [];
  thrift.list(MOST_COLUMNS, 'columns', () => {
    let [name, children] = ['', 0];
    thrift.struct((field, type) => {
      if (field === 4 && type === BINARY) name = thrift.text();
      else if (field === 5 && type === I32) children = thrift.integer();
      else thrift.skip(type);
    });
    elements.push({ name, children });
  });
  return elements;
}

/** The schema is a tree in depth-first order; what has children holds no text. */
function topLevel([root, ...elements]: readonly SchemaElement[]): string[] {
  const names: string[] = [];
  let at = 0;
  for (let left = root?.children ?? 0; left > 0 && at < elements.length; left--) {
    const { name = '', children = 0 } = elements[at++] ?? {};
    if (children === 0) names.push(name);
    for (let inner = children; inner > 0 && at < elements.length; inner--) inner += elements[at++]?.children ?? 0;
  }
  return names;
}

const [BOOLEAN_TRUE, BOOLEAN_FALSE, I8, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
];

/** A reader of Thrift's compact protocol. Whatever goes beyond the bytes throws a RangeError. */
class CompactThrift {
  private at = 0;
  private depth = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** Calls `field` for each field, which has to read or skip it. */
  struct(field: (id: number, type: number) => void): void {
    if (++this.depth > DEEPEST) throw new RangeError(`its footer nests deeper than ${DEEPEST} levels`);
    let id = 0;
    for (let header = this.byte(); header !== 0; header = this.byte()) {
      id = header >> 4 === 0 ? this.integer() : id + (header >> 4);
      field(id, header & 0x0f);
    }
    this.depth--;
  }

  /** @returns how many elements there were */
  list(most: number, what: string, element: (type: number) => void): number {
    const header = this.byte();
    const count = header >> 4 === 15 ? this.unsigned() : header >> 4;
    if (count > most) throw new RangeError(`its footer says ${count} ${what}, where at most ${most} are taken`);
    for (let index = 0; index < count; index++) element(header & 0x0f);
    return count;
  }

  /** Zigzag-coded. */
  integer(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  text(): string {
    return Buffer.from(this.take(this.unsigned())).toString('utf8');
  }

  skip(type: number): void {
    switch (type) {
      case BOOLEAN_TRUE:
      case BOOLEAN_FALSE:
        return;
      case I8:
        this.take(1);
        return;
      case I16:
      case I32:
      case I64:
        this.unsigned();
        return;
      case DOUBLE:
        this.take(8);
        return;
      case BINARY:
        this.take(this.unsigned());
        return;
      case LIST:
      case SET:
        // An element takes a byte at least, so that the bytes there are bound the list.
        this.nested(() => this.list(this.bytes.length, 'elements', (element) => this.skipElement(element)));
        return;
      case MAP:
        return this.nested(() => this.skipMap());
      case STRUCT:
        return this.struct((_, field) => this.skip(field));
      default:
        throw new RangeError(`its footer has a field of unknown type ${type}`);
    }
  }

  private nested(read: () => void): void {
    if (++this.depth > DEEPEST) throw new RangeError(`its footer nests deeper than ${DEEPEST} levels`);
    read();
    this.depth--;
  }

  private skipMap(): void {
    const count = this.unsigned();
    if (count === 0) return;
    if (count > this.bytes.length) throw new RangeError('its footer is cut off');
    const types = this.byte();
    for (let index = 0; index < count; index++) {
      this.skipElement(types >> 4);
      this.skipElement(types & 0x0f);
    }
  }

  /** Unlike a field, a boolean in a list or map is a byte of its own. */
  private skipElement(type: number): void {
    if (type === BOOLEAN_TRUE || type === BOOLEAN_FALSE) this.take(1);
    else this.skip(type);
  }

  private unsigned(): number {
    let value = 0;
    // 64 bits take ten bytes; precision beyond 2^53 is of no use here.
    for (let index = 0; index < 10; index++) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return value;
    }
    throw new RangeError('its footer has a number of more than 64 bits');
  }

  private byte(): number {
    return this.take(1)[0] ?? 0;
  }

  private take(count: number): Uint8Array {
    if (count > this.bytes.length - this.at) throw new RangeError('its footer is cut off');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
}
