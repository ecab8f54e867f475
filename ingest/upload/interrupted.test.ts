import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import type { DecodedFormat } from '../decode/format';
import { FORMATS } from '../decode/registry';
import { codeOf, WayleaveError } from '../kernel/errors';
import { createLog } from '../kernel/log';
import type { FlowColumnName } from '../model/flow';
import { createLoader, createSpool, createSpoolMetrics, storeDestination, type Loader } from '../spool';
import { migrate, openEmbedded, type Store } from '../store';
import { segmentId } from '../model/segment-id';
import { createUploads, type Uploads } from './upload';

/** Uploads that are cut off at any statement, and taken again: every row is there once, and the report is right. */

// Some thirty uploads, each taken twice.
jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'wayleave-interrupted-'));
let engine: Store;
beforeAll(async () => {
  engine = openEmbedded(join(folder, 'data'));
  await migrate(engine);
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const away = (): WayleaveError =>
  new WayleaveError('ClickHouse cannot be reached', { code: 'store-unavailable', retriable: true });

/** A row of each of three layouts for every byte of the content: three segments. */
const threefold: DecodedFormat = {
  kind: 'decoded',
  name: 'threefold',
  title: 'threefold',
  fills: {},
  recognise: (head) => head[0] === 0x33,
  async read(chunks, { batches }) {
    let rows = 0;
    for await (const chunk of chunks) {
      for (const byte of chunk) {
        for (const layout of [['protocol'], ['tos'], ['protocol', 'tos']] as FlowColumnName[][]) {
          const batch = batches.for(layout);
          batch.reserve(layout.length);
          batch.bytes.fill(byte, batch.used, batch.used + layout.length);
          batch.used += layout.length;
          batch.rows++;
          rows++;
        }
      }
    }
    return { rows, skipped: 0, lost: 0, rejected: 0, sightings: 0, rejects: [], exporters: [] };
  },
};

/** Every content differs, or it would be the same upload. */
let contents = 0;
const CONTENTS = {
  decoded: () => `3 ${contents++}`,
  text: () => {
    const line = (port: number) =>
      `2 111122223333 eni-0a1 10.1.0.5 10.2.0.9 50123 ${port} 6 12 ${contents++} 1700000000 1700000060 ACCEPT OK\n`;
    // The second line is in none of the usual forms, and needs a statement of its own.
    return `${line(1)}${line(2).replaceAll(' ', '  ')}broken\n`;
  },
} as const;

type Kind = keyof typeof CONTENTS;

/** A statement, or the load of a segment. */
type Statement = (run: () => Promise<unknown>) => Promise<unknown>;

/** The engine, every statement of which goes through `through`. */
function storeThrough(through: Statement): Store {
  return {
    ...engine,
    query: <Row>(...args: Parameters<Store['query']>) => through(() => engine.query<Row>(...args)) as Promise<Row[]>,
    command: async (...args) => void (await through(() => engine.command(...args))),
    insert: async (...args) => void (await through(() => engine.insert(...args))),
    load: async (...args) => void (await through(() => engine.load(...args))),
  };
}

interface Process {
  readonly uploads: Uploads;
  readonly loader: Loader;
  readonly spool: ReturnType<typeof createSpool>;
}

/** What a process has: another one on the same folder finds what the first left. */
async function start(store: Store, name: string): Promise<Process> {
  const spool = createSpool(join(folder, name));
  const metrics = createSpoolMetrics(new Registry(), 'spool');
  const loader = createLoader({ destination: storeDestination(store), spool, log: createLog('silent'), metrics });
  await loader.start();
  const clock = (): Date => new Date('2024-01-01T00:00:00Z');
  const formats = [threefold, ...FORMATS];
  return { uploads: createUploads({ store, spool, loader, clock, formats }), loader, spool };
}

function write(content: string): string {
  const path = join(folder, `content-${contents++}`);
  writeFileSync(path, content);
  return path;
}

async function rowsOf(digest: string): Promise<number | undefined> {
  const ids = Array.from({ length: 5 }, (_, index) => segmentId(digest, index));
  const [row] = await engine.query<{ n: number }>('SELECT count() AS n FROM flows WHERE segment IN {ids:Array(UUID)}', {
    ids,
  });
  return row?.n;
}

const EXPECTED = {
  decoded: (content: string) => ({ format: 'threefold', rows: content.length * 3, rejected: 0 }),
  text: () => ({ format: 'aws-vpc', rows: 2, rejected: 1 }),
} as const;

describe.each(['decoded', 'text'] as const)('a %s upload', (kind: Kind) => {
  it('survives that the answer to any statement is lost', async () => {
    let left = 0;
    const faulty = storeThrough(async (run) => {
      const lost = left-- === 0;
      const answer = await run();
      if (lost) throw away();
      return answer;
    });
    const { uploads, loader, spool } = await start(faulty, `${kind}-lost`);
    const failures: string[] = [];
    for (let statement = 0; ; statement++) {
      const content = CONTENTS[kind]();
      const path = write(content);
      left = statement;
      const code = await uploads.take(path, 'first').then(() => 'none', codeOf);
      if (code !== 'none') failures.push(code);
      const unused = left >= 0;
      left = -1;
      const report = await uploads.take(path, 'again');
      expect(report).toMatchObject({ name: 'again', ...EXPECTED[kind](content) });
      await loader.idle();
      expect(await rowsOf(report.digest)).toBe(report.rows);
      if (unused) break;
    }
    expect(failures.length).toBeGreaterThan(6);
    expect(new Set(failures)).toEqual(new Set(['store-unavailable']));
    expect([spool.backlog, readdirSync(spool.folder)]).toEqual([0, []]);
  });

  it('is taken once when it comes twice at the same time', async () => {
    const { uploads } = await start(engine, `${kind}-twice`);
    const content = CONTENTS[kind]();
    const path = write(content);
    const reports = await Promise.all([uploads.take(path, 'a'), uploads.take(path, 'b'), uploads.take(path, 'c')]);
    expect(reports.filter(({ duplicate }) => duplicate)).toHaveLength(2);
    expect(await rowsOf(reports[0]?.digest ?? '')).toBe(EXPECTED[kind](content).rows);
  });
});

describe('a decoded upload while the store is away', () => {
  it('ends soon, and is completed from what waits when it comes again, also in another process', async () => {
    let loads = 0;
    let reach = 1;
    const partly: Store = {
      ...engine,
      load: (...args) => (loads++ < reach ? engine.load(...args) : Promise.reject(away())),
    };
    const first = await start(partly, 'partly');
    const content = CONTENTS.decoded();
    const path = write(content);
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(first.uploads.take(path, 'flows')).rejects.toMatchObject({
        code: 'store-unavailable',
        message: expect.stringMatching(
          /^flows is not recorded: ClickHouse takes nothing at present: .*only what is missing$/,
        ),
      });
    }
    await first.loader.stop();
    expect(first.spool.backlog).toBeGreaterThan(0);
    reach = Infinity;
    const second = await start(partly, 'partly');
    const report = await second.uploads.take(path);
    expect(report).toMatchObject({ rows: content.length * 3, duplicate: false });
    await second.loader.idle();
    expect(await rowsOf(report.digest)).toBe(content.length * 3);
    expect(second.spool.backlog).toBe(0);
  });
});

describe('a text upload to a server', () => {
  /** The engine, as if it ran elsewhere; `stop` is asked of every statement. */
  const server = (seen: string[], cancelled: (sql: string) => boolean = () => false): Store => ({
    ...engine,
    kind: 'server',
    command(sql, params) {
      seen.push(sql);
      if (!cancelled(sql)) return engine.command(sql, params);
      const cause = Object.assign(new Error('Query was cancelled'), { code: '394' });
      return Promise.reject(new WayleaveError('ClickHouse refused it', { code: 'store-query', cause }));
    },
  });

  it('stops what an earlier attempt left running, by the mark that its statements carry', async () => {
    const seen: string[] = [];
    const { uploads } = await start(server(seen), 'server');
    const report = await uploads.take(write(CONTENTS.text()));
    expect(report.rows).toBe(2);
    const stops = seen.findIndex((sql) => sql.startsWith('KILL QUERY'));
    const inserts = seen.flatMap((sql, index) => (sql.startsWith('INSERT INTO flows') ? [index] : []));
    expect(stops).toBeGreaterThanOrEqual(0);
    expect(inserts.length).toBeGreaterThan(1);
    for (const index of inserts) {
      expect(index).toBeGreaterThan(stops);
      expect(seen[index]).toContain(`log_comment = 'wayleave-upload ${segmentId(report.digest, 0)}'`);
    }
  });

  it('that another process stops may come again, and finds it taken', async () => {
    let cancelling = true;
    const { uploads } = await start(
      server([], (sql) => cancelling && sql.startsWith('INSERT INTO flows')),
      'overtaken',
    );
    const path = write(CONTENTS.text());
    await expect(uploads.take(path)).rejects.toMatchObject({ code: 'upload-overtaken', retriable: true });
    cancelling = false;
    expect(await uploads.take(path)).toMatchObject({ rows: 2, duplicate: false });
  });
});
