import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import express from 'express';
import supertest from 'supertest';
import { WayleaveError } from '../../../ingest/kernel/errors';
import { createLog } from '../../../ingest/kernel/log';
import { createSpace, type Fullness } from '../../../ingest/spool';
import { configSchema } from '../../config/config';
import { createJobs } from '../../jobs';
import type { Store } from '../../../ingest/store';
import { problemHandler } from '../problem';
import { uploadRoutes } from './uploads';

const GIB = 2 ** 30;

describe('uploads', () => {
  const data = mkdtempSync(join(tmpdir(), 'wayleave-uploads-'));
  const taken: { content: Buffer; mode: number }[] = [];
  const disk = { free: 100 * GIB };
  const spool: { full?: Fullness | undefined; refusal?: WayleaveError | undefined } = {};
  const store: Pick<Store, 'query'> = { query: () => Promise.resolve([]) };
  let server: Server;

  beforeAll(async () => {
    const app = express().use(
      uploadRoutes({
        config: configSchema.parse({ data, http: { uploadLimitMiB: 1 } }),
        jobs: createJobs(() => new Date()),
        store: store as Store,
        take(path, name = path) {
          if (spool.refusal) return Promise.reject(spool.refusal);
          const content = readFileSync(path);
          taken.push({ content, mode: statSync(path).mode & 0o777 });
          const counts = { rows: 1, skipped: 0, lost: 0, rejected: 0, sightings: 0, rejects: [], exporters: [] };
          return Promise.resolve({ name, digest: '', bytes: 1, format: 'aws-vpc', duplicate: false, ...counts });
        },
        space: createSpace(1024 ** 3, () => Promise.resolve(disk.free)),
        pipeline: () => ({ full: spool.full, trouble: undefined, backlog: 0, oldest: undefined }),
      }),
    );
    server = app.use(problemHandler(createLog('silent'))).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(data, { recursive: true, force: true });
  });
  beforeEach(() => {
    taken.length = 0;
    disk.free = 100 * GIB;
    spool.full = spool.refusal = undefined;
  });

  const post = () => supertest(server).post('/uploads?name=vpc.log');
  /** Headers only; the body is up to the caller. */
  const open = (headers: Record<string, string | number>) => {
    const { port } = server.address() as AddressInfo;
    const opened = httpRequest({ port, method: 'POST', path: '/uploads', headers });
    opened.on('error', () => undefined).flushHeaders();
    return opened;
  };

  it.each(['gzip', 'x-gzip', 'zstd', 'identity'])(
    'stores a body with Content-Encoding %s as it is',
    async (encoding) => {
      const body = gzipSync('flows');
      const answer = await post().set('content-encoding', encoding).type('application/octet-stream').send(body);
      expect(answer.status).toBe(201);
      expect(taken).toEqual([{ content: body, mode: 0o600 }]);
      expect(readdirSync(join(data, 'incoming'))).toEqual([]);
    },
  );

  it('refuses a compression it could not read, and names those it can', async () => {
    const answer = await post().set('content-encoding', 'br').send(Buffer.from('x'));
    expect(answer).toMatchObject({
      status: 415,
      headers: { 'accept-encoding': 'gzip, zstd' },
      body: { code: 'unsupported-encoding' },
    });
  });

  it('refuses what is announced too large before it is sent', async () => {
    const opened = open({ 'content-length': 2 ** 20 + 1 });
    const [response] = (await once(opened, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    expect(response.headers.connection).toBe('close');
    opened.destroy();
  });

  it('stops reading what turns out too large', async () => {
    const opened = open({ 'transfer-encoding': 'chunked' });
    opened.write(Buffer.alloc(2 ** 20 + 1));
    const [response] = (await once(opened, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    opened.destroy();
    expect(readdirSync(join(data, 'incoming'))).toEqual([]);
  });

  it('asks to come back when the disk is nearly full', async () => {
    disk.free = GIB + 3;
    expect((await post().send('flow')).status).toBe(503);
    const answer = await post().send('flow');
    expect(answer).toMatchObject({ headers: { 'retry-after': expect.any(String) }, body: { code: 'no-space' } });
    expect((await post().send('fit')).status).toBe(201);
  });

  it.each([
    ['bytes', 'spool-full'],
    ['age', 'spool-full'],
    ['disk', 'no-space'],
  ] as const)('asks to come back when the spool is full by %s', async (cause, code) => {
    spool.full = { cause, reason: 'so much waits' };
    expect(await post().send('flow')).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.any(String) },
      body: { code, detail: expect.stringContaining('so much waits') },
    });
    expect(taken).toEqual([]);
  });

  it('is heard by senders that say everything before they listen', async () => {
    spool.full = { cause: 'bytes', reason: 'so much waits' };
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).pause();
    const size = 32 * 2 ** 20;
    socket.write(`POST /uploads HTTP/1.1\r\nHost: wayleave\r\nContent-Length: ${size}\r\n\r\n`);
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject).write(Buffer.alloc(size), (error) => (error ? reject(error) : resolve()));
    });
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 503 .*Connection: close.*"code":"spool-full"/s);
    socket.destroy();
  });

  it('says of what cannot be recorded for now that it may come again', async () => {
    spool.refusal = new WayleaveError('not now', { code: 'upload-incomplete', retriable: true });
    expect(await post().send('flow')).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.any(String) },
      body: { code: 'upload-incomplete' },
    });
    expect(readdirSync(join(data, 'incoming'))).toEqual([]);
  });

  it('keeps nothing of a body that breaks off', async () => {
    const opened = open({ 'content-length': 1000 });
    opened.write('half');
    while (!readdirSync(join(data, 'incoming')).length) await new Promise((resolve) => setImmediate(resolve));
    opened.destroy();
    while (readdirSync(join(data, 'incoming')).length) await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toEqual([]);
  });
});
