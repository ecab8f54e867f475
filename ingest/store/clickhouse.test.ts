import { createReadStream, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createGunzip, gzipSync } from 'node:zlib';
import { serveClickHouse, type ClickHouse } from '../../fixtures/clickhouse';
import { codeOf, messageOf, WayleaveError } from '../kernel/errors';
import { createAuthority, writeCredentials, type Authority } from '../listen/testing/authority';
import { openServer } from './clickhouse';
import { migrate } from './migrate';
import type { Store } from './store';

const USERS = { wayleave: 's3cret', guest: '' };

describe('ClickHouse server by URL (a stand-in over the embedded engine)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-server-'));
  const directory = join(folder, 'engine');
  const options = { user: 'wayleave', password: 's3cret', database: 'wayleave' };
  let server: ClickHouse;
  let store: Store;

  beforeAll(async () => {
    server = await serveClickHouse({ directory, users: USERS });
    store = await openServer({ ...options, url: server.url });
  });
  afterEach(() => server.fault(undefined));
  afterAll(async () => {
    await store.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('migrates, also when two do it at once', async () => {
    await Promise.all([migrate(store), migrate(store)]);
    expect(await migrate(store)).toEqual([]);
  }, 30_000);

  it('binds parameters instead of splicing them', async () => {
    const text = `it's "quoted" \\ and {x:String}\n\ttabbed`;
    expect(
      await store.query('SELECT {text:String} AS text, {all:Array(String)} AS all', { text, all: [text] }),
    ).toEqual([{ text, all: [text] }]);
  });

  it('stages lines, plain or gzipped, and drops the stage', async () => {
    const path = join(folder, 'lines.gz');
    writeFileSync(path, gzipSync('one\ntwo\n'));
    const content = () => createReadStream(path).pipe(createGunzip());
    expect(
      await store.withLines({ kind: 'text', path, compression: 'gzip', content }, ({ sql, params }) =>
        store.query(`SELECT line FROM ${sql} ORDER BY line`, params),
      ),
    ).toEqual([{ line: 'one' }, { line: 'two' }]);
    expect(await store.query(`SELECT name FROM system.tables WHERE startsWith(name, 'staged_lines')`)).toEqual([]);
  });

  it('stages the rows of a Parquet file as lines', async () => {
    const path = join(folder, 'rows.parquet');
    const structure = 'srcaddr String, srcport Nullable(Int32), `odd name` String';
    const rows = `SELECT '10.0.0.1', if(number = 0, NULL, 443), '' FROM numbers(2)`;
    await store.command(`INSERT INTO FUNCTION file('${path}', 'Parquet', '${structure}') ${rows}`);
    const columns = ['srcport', 'srcaddr', 'odd name'];
    expect(
      await store.withLines({ kind: 'parquet', path, columns }, ({ sql, params }) =>
        store.query(`SELECT line FROM ${sql} ORDER BY line`, params),
      ),
    ).toEqual([{ line: '- 10.0.0.1 -' }, { line: '443 10.0.0.1 -' }]);
  });

  it('passes on why the content of a file cannot be sent', async () => {
    const content = async function* (): AsyncGenerator<Uint8Array> {
      yield Promise.resolve(Buffer.from('one\n'));
      throw new WayleaveError('too much', { code: 'too-large' });
    };
    await expect(
      store.withLines({ kind: 'text', path: 'elsewhere', compression: 'gzip', content }, () => Promise.resolve()),
    ).rejects.toMatchObject({ code: 'too-large' });
  });

  it('takes out what a process that died left of lines, but not what another one may be reading', async () => {
    await store.command('CREATE TABLE staged_lines_old (line String) ENGINE = Log');
    await store.command('CREATE TABLE staged_lines_new (line String) ENGINE = Log');
    const [old] = await store.query<{ path: string }>(
      `SELECT metadata_path AS path FROM system.tables WHERE database = currentDatabase() AND name = 'staged_lines_old'`,
    );
    const yesterday = Date.now() / 1000 - 25 * 3600;
    utimesSync(resolve(directory, old?.path ?? ''), yesterday, yesterday);
    await (await openServer({ ...options, url: server.url })).close();
    expect(
      await store.query(
        `SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'staged_lines')`,
      ),
    ).toEqual([{ name: 'staged_lines_new' }]);
    await store.command('DROP TABLE staged_lines_new');
  });

  it('says what the server refused', async () => {
    await expect(store.query('SELECT nothing')).rejects.toMatchObject({ code: 'store-query' });
  });

  it('compresses what it sends when asked to, and sends settings with every statement', async () => {
    const compressing = await openServer({
      ...options,
      url: server.url,
      compress: true,
      settings: { max_memory_usage: 4_000_000_000 },
    });
    await server.seen();
    await compressing.insert('migrations', [{ number: 0, name: 'compressed' }]);
    expect(await server.seen()).toEqual([
      expect.objectContaining({
        encoding: 'gzip',
        settings: expect.objectContaining({ max_memory_usage: '4000000000', session_timezone: 'UTC' }),
      }),
    ]);
    expect(await store.query(`SELECT name FROM migrations WHERE number = 0`)).toEqual([{ name: 'compressed' }]);
    await compressing.close();
  });

  it('takes an exception for one that comes after status 200', async () => {
    await server.fault({ kind: 'fail-midway', framing: 'plain', code: 241, only: 'INSERT' });
    await expect(store.withLines(textFile(folder), () => Promise.resolve())).rejects.toMatchObject({
      code: 'store-unavailable',
      retriable: true,
    });
  });

  it.each(['tagged', 'plain', 'cut'] as const)(
    'does not take half of an answer for all of it (%s)',
    async (framing) => {
      await server.fault({ kind: 'fail-midway', framing, code: 241 });
      const failure = { code: 'store-unavailable', retriable: true };
      await expect(store.query('SELECT number FROM numbers(100000)')).rejects.toMatchObject(failure);
      const reading = async () => {
        for await (const batch of store.stream('SELECT number FROM numbers(100000)')) expect(batch).toBeDefined();
      };
      await expect(reading()).rejects.toMatchObject(failure);
    },
  );

  it('uses a database that is there without asking to create one', async () => {
    await server.seen();
    await (await openServer({ ...options, url: server.url })).close();
    expect((await server.seen()).filter(({ sql }) => sql.includes('CREATE'))).toEqual([]);
  });

  describe('its address', () => {
    it('may hold user and password, which no error shows', async () => {
      const url = server.url.replace('//', '//wayleave:s3cret@');
      await (await openServer({ ...options, user: 'default', password: '', url })).close();
      const wrong = server.url.replace('//', '//wayleave:hunter2@');
      const failure = await openServer({ ...options, url: wrong }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'store-unavailable', retriable: true });
      expect(messageOf(failure)).toContain('check store.user and store.password');
      expect(allOf(failure)).not.toContain('hunter2');
    });

    it.each([
      ['not a URL with s3cret', 'is not a URL'],
      ['http://localhost:8123/?max_threads=1', 'store.settings'],
    ])('%s is refused', async (url, expected) => {
      const failure = await openServer({ ...options, url }).catch((error: unknown) => error);
      expect(codeOf(failure)).toBe('bad-config');
      expect(messageOf(failure)).toContain(expected);
      expect(allOf(failure)).not.toContain('s3cret');
    });

    it('must be that of a server that is new enough', async () => {
      const old = await serveClickHouse({ directory, users: USERS, version: '23.8.1.1' });
      await expect(openServer({ ...options, url: old.url })).rejects.toMatchObject({
        code: 'store-too-old',
        message: expect.stringContaining('23.8.1.1; 24.8'),
      });
      await old.stop();
    });

    it('may be one where nobody is', async () => {
      await server.fault({ kind: 'refuse' });
      await expect(openServer({ ...options, url: server.url })).rejects.toMatchObject({
        code: 'store-unavailable',
        retriable: true,
      });
    });
  });

  describe('over TLS', () => {
    let secure: ClickHouse;
    let authority: Authority;
    let files: { ca: string; cert: string; key: string };

    beforeAll(async () => {
      authority = await createAuthority('our authority');
      const ca = join(folder, 'ca.pem');
      writeFileSync(ca, authority.cert);
      const client = writeCredentials(folder, 'client', await authority.issue('guest'));
      files = { ca, ...client };
      secure = await serveClickHouse({
        directory,
        users: USERS,
        tls: { ...(await authority.issue('localhost')), ca: readFileSync(ca, 'utf8') },
      });
    });
    afterAll(() => secure.stop());

    it('trusts an authority that is named', async () => {
      const opened = await openServer({ ...options, url: secure.url, tls: { ca: files.ca } });
      expect(await opened.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await opened.close();
    });

    it('trusts no other, and says what to do', async () => {
      await expect(openServer({ ...options, url: secure.url })).rejects.toMatchObject({
        code: 'store-unavailable',
        retriable: true,
        message: expect.stringContaining('store.tls.ca'),
      });
    });

    it('logs in by certificate where there is no password', async () => {
      const opened = await openServer({ ...options, user: 'guest', password: '', url: secure.url, tls: files });
      await secure.seen();
      await opened.command('SELECT 1');
      expect((await secure.seen()).map(({ user }) => user)).toEqual(['guest']);
      await opened.close();
    });

    it('shows a certificate and logs in by password', async () => {
      const opened = await openServer({ ...options, url: secure.url, tls: files });
      expect(await opened.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await opened.close();
    });

    it('says when a certificate is for another name', async () => {
      const elsewhere = await serveClickHouse({ directory, users: USERS, tls: await authority.issue('elsewhere') });
      await expect(openServer({ ...options, url: elsewhere.url, tls: { ca: files.ca } })).rejects.toMatchObject({
        code: 'store-unavailable',
        message: expect.stringContaining('another name'),
      });
      await elsewhere.stop();
    });

    it.each([
      ['tls without https', () => ({ url: server.url, tls: { ca: files.ca } }), 'bad-config', 'https://'],
      ['a certificate without its key', () => ({ tls: { cert: files.cert } }), 'bad-config', 'both cert and key'],
      ['a file that is missing', () => ({ tls: { ca: '/nowhere/ca.pem' } }), 'bad-certificate', '/nowhere/ca.pem'],
      ['a key that is none', () => ({ tls: { ...files, key: files.ca } }), 'bad-certificate', 'ca.pem'],
    ])('refuses %s', async (_, given, code, message) => {
      await expect(openServer({ ...options, url: secure.url, ...given() })).rejects.toMatchObject({
        code,
        message: expect.stringContaining(message),
      });
    });
  });
});

function textFile(folder: string) {
  const path = join(folder, 'one.log');
  writeFileSync(path, 'one\n');
  return { kind: 'text', path, compression: 'none', content: () => createReadStream(path) } as const;
}

/** Everything that a log could show of an error. */
function allOf(thrown: unknown): string {
  const parts: string[] = [];
  for (let error = thrown; error instanceof Error; error = error.cause)
    parts.push(error.message, error.stack ?? '', JSON.stringify(error));
  return parts.join('\n');
}
