import { open } from 'node:fs/promises';
import { unpack, withoutMark } from './content';
import { JsonSplitter, type BrokenRecord, type SplitLimits } from './json-splitter';

/** Places of broken records that are kept, so that the number of those behind them can be told. */
const MOST_PLACES = 100_000;

/** Records that did not become lines. */
export class BrokenRecords {
  count = 0;
  readonly first: BrokenRecord[] = [];
  private readonly places: number[] = [];

  constructor(private readonly shown: number) {}

  add(broken: BrokenRecord): void {
    this.count++;
    if (this.first.length < this.shown) this.first.push(broken);
    if (this.places.length < MOST_PLACES) this.places.push(broken.record);
  }

  /** The number of the record that became the n-th line. */
  recordOf(line: number): number {
    let record = line;
    for (const place of this.places) {
      if (place > record) break;
      record++;
    }
    return record;
  }
}

/** Writes the records of JSON documents to a file, one a line. */
export async function writeRecords(
  content: AsyncIterable<Uint8Array>,
  path: string,
  recordKeys: ReadonlySet<string>,
  limits: SplitLimits,
): Promise<BrokenRecords> {
  const broken = new BrokenRecords(SHOWN);
  const file = await open(path, 'w', 0o600);
  try {
    for await (const lines of split(content, recordKeys, limits, (each) => broken.add(each)))
      await file.writeFile(lines);
  } finally {
    await file.close();
  }
  return broken;
}

/** Writes the files that records of JSON documents hold to one file. */
export async function writePacked(
  content: AsyncIterable<Uint8Array>,
  path: string,
  recordKeys: ReadonlySet<string>,
  limits: SplitLimits,
): Promise<BrokenRecords> {
  const broken = new BrokenRecords(SHOWN);
  const file = await open(path, 'w', 0o600);
  let record = 0;
  try {
    for await (const lines of split(content, recordKeys, limits, (each) => broken.add(each))) {
      for (const line of linesIn(lines)) {
        record++;
        const unpacked = unpack(line, limits.lineBytes);
        if (unpacked) await file.writeFile(Buffer.concat([unpacked, NEWLINE]));
        else broken.add({ record, code: 'broken-json', message: 'the record has no data in base64, or too much' });
      }
    }
  } finally {
    await file.close();
  }
  return broken;
}

const SHOWN = 20;
const NEWLINE = Buffer.from('\n');

async function* split(
  content: AsyncIterable<Uint8Array>,
  recordKeys: ReadonlySet<string>,
  limits: SplitLimits,
  onBroken: (broken: BrokenRecord) => void,
): AsyncGenerator<Uint8Array> {
  const splitter = new JsonSplitter(recordKeys, limits, onBroken);
  let first = true;
  for await (const chunk of content) {
    yield splitter.push(first ? withoutMark(chunk) : chunk);
    first = false;
  }
  yield splitter.end();
}

function* linesIn(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0x0a, at);
    yield bytes.subarray(at, end < 0 ? bytes.length : end);
    at = end < 0 ? bytes.length : end + 1;
  }
}
