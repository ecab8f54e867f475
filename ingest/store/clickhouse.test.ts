import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGunzip, gzipSync } from 'node:zlib';
import { createClient, type ClickHouseClient, type ClickHouseClientConfigOptions } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { drainPending } from 'chdb';
import { WayleaveError } from '../kernel/errors';
import { openServer } from './clickhouse';
import { migrate } from './migrate';
import type { Store } from './store';

/**
 * Not a ClickHouse server: the part of its HTTP interface that the client uses (query and `param_` in the URL, data in
 * the body, exceptions as text), over the embedded engine. The SQL is run by real ClickHouse code; the transport is ours.
 */
function serveEngine(engine: ClickHouseClient, folder: string, version?: string): Server {
  let bodies = 0;
  const run = async (request: IncomingMessage): Promise<string> => {
    const url = new URL(request.url ?? '/', 'http://engine');
    const body = await buffer(request);
    const params = Object.fromEntries(
      [...url.searchParams].filter(([key]) => key.startsWith('param_')).map(([key, value]) => [key.slice(6), value]),
    );
    let sql = url.searchParams.get('query') ?? body.toString();
    if (sql.includes('version()') && version !== undefined) sql = sql.replace('version()', `'${version}'`);
    const data = url.searchParams.has('query')
      ? /\bFORMAT (RowBinary|LineAsString|JSONEachRow|Parquet)\s*$/.exec(sql)
      : null;
    if (data) {
      const path = join(folder, `body-${bodies++}`);
      writeFileSync(path, body);
      const format = data[1] ?? '';
      sql = sql.slice(0, data.index);
      sql = sql.includes('input(')
        ? sql.replace(/input\(([^)]*)\)/, `file('${path}', '${format}', $1)`)
        : `${sql} SELECT * FROM file('${path}', '${format}')`;
    }
    const result = await engine.exec({ query: sql, query_params: params });
    return (await buffer(result.stream)).toString();
  };
  return createServer((request, response) => {
    if (request.headers.authorization === undefined && request.headers['x-clickhouse-user'] === undefined) {
      response.writeHead(401).end('Code: 516. DB::Exception: default: Authentication failed. (AUTHENTICATION_FAILED)');
      return;
    }
    run(request).then(
      (text) => response.writeHead(200, { 'content-type': 'text/plain' }).end(text),
      (error: Error) => response.writeHead(500).end(`Code: 60. DB::Exception: ${error.message} (UNKNOWN_TABLE)`),
    );
  });
}

describe('ClickHouse server by URL (its HTTP interface over the embedded engine)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-server-'));
  let engine: ClickHouseClient;
  let server: Server;
  let store: Store;
  const urlOf = (listening: Server) => `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  const listen = (version?: string) =>
    new Promise<Server>((resolve) => {
      const opened = serveEngine(engine, folder, version).listen(0, '127.0.0.1', () => resolve(opened));
    });
  const options = { user: 'default', password: 'secret', database: 'default' };

  beforeAll(async () => {
    engine = createClient({
      connection: createChdbConnection({ path: join(folder, 'engine') }) as ClickHouseClientConfigOptions['connection'],
    });
    server = await listen();
    store = await openServer({ ...options, url: urlOf(server) });
  });
  afterAll(async () => {
    await store.close();
    server.close();
    await engine.close();
    await drainPending();
    rmSync(folder, { recursive: true, force: true });
  });

  it('migrates', async () => {
    expect(await migrate(store)).toContain('conversations');
    expect(await migrate(store)).toEqual([]);
  });

  it('streams a segment as the body of the insert', async () => {
    const path = join(folder, 'rows');
    writeFileSync(path, Buffer.from([0xbb, 0x01, 17]));
    const id = 'a0000000-0000-4000-8000-000000000001';
    await store.load({ id, path, rows: 1, layout: ['dst_port', 'protocol'] });
    expect(await store.query('SELECT dst_port, protocol FROM flows WHERE segment = {id:UUID}', { id })).toEqual([
      { dst_port: 443, protocol: 17 },
    ]);
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
    expect(await store.query(`SELECT name FROM system.tables WHERE name LIKE 'staged%'`)).toEqual([]);
  });

  it('stages the rows of a Parquet file as lines', async () => {
    const path = join(folder, 'rows.parquet');
    const structure = 'srcaddr String, srcport Nullable(Int32), `odd name` String';
    const rows = `SELECT '10.0.0.1', if(number = 0, NULL, 443), '' FROM numbers(2)`;
    await engine.command({ query: `INSERT INTO FUNCTION file('${path}', 'Parquet', '${structure}') ${rows}` });
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

  it('says what the server refused', async () => {
    await expect(store.query('SELECT nothing FROM nowhere')).rejects.toMatchObject({ code: 'store-query' });
  });

  it('refuses a server that is too old', async () => {
    const old = await listen('23.8.1.1');
    await expect(openServer({ ...options, url: urlOf(old) })).rejects.toMatchObject({
      code: 'store-too-old',
      message: expect.stringContaining('23.8.1.1; 24.8'),
    });
    old.close();
  });

  it('says that nobody is there', async () => {
    const gone = await listen();
    const url = urlOf(gone);
    await new Promise((resolve) => gone.close(resolve));
    await expect(openServer({ ...options, url })).rejects.toMatchObject({ code: 'store-unavailable', retriable: true });
  });
});
