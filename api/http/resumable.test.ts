import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, createServer as createProxy, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import supertest from 'supertest';
import { Upload, type UploadOptions } from 'tus-js-client';
import { WayleaveError } from '../../ingest/kernel/errors';
import { createLog } from '../../ingest/kernel/log';
import { createSpace, type Fullness } from '../../ingest/spool';
import type { UploadReport } from '../../ingest/upload';
import { problemHandler } from './problem';
import { createResumableUploads } from './resumable';
import { ResumableStore } from './resumable-store';
import { resumableRoutes } from './routes/resumable';
import { requireToken } from './token';

const HOUR = 3_600_000;
const LIMIT = 4_000_000;
const TOKEN = 'secret';
const authorization = `Bearer ${TOKEN}`;
const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

type Method = 'get' | 'post' | 'head' | 'patch' | 'delete';

const request = (server: string, method: Method, path: string) => supertest(server)[method](`/api/v1/uploads/${path}`);

async function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-resumable-'));
  stops.push(() => rmSync(folder, { recursive: true, force: true }));
  const log = createLog('silent');
  const taken: { name: string; digest: string }[] = [];
  const refusals: Error[] = [];
  const hooks: { taken?: (path: string) => void } = {};
  const disk: { free: number; full?: Fullness | undefined } = { free: 2 ** 40 };
  let now = Date.now();
  const report = (path: string, name: string): UploadReport => {
    const content = readFileSync(path);
    const digest = createHash('sha256').update(content).digest('hex');
    const counts = { rows: 1, skipped: 0, lost: 0, rejected: 0, sightings: 0, rejects: [], exporters: [] };
    return { name, digest, bytes: content.length, format: 'aws-vpc', duplicate: false, ...counts };
  };
  const open = () =>
    createResumableUploads(
      { folder, limit: LIMIT },
      {
        take(path, name) {
          const refusal = refusals.shift();
          if (refusal) return Promise.reject(refusal);
          const answer = report(path, name);
          taken.push({ name, digest: answer.digest });
          hooks.taken?.(path);
          return Promise.resolve(answer);
        },
        clock: () => new Date(now),
        log,
        space: createSpace(1024 ** 3, () => Promise.resolve(disk.free)),
        full: () => disk.full,
      },
    );
  let uploads = open();
  let server: Server | undefined;
  const serve = async () => {
    await uploads.start();
    const app = express().use('/api', requireToken(TOKEN)).use('/api/v1', resumableRoutes(uploads));
    server = app.use(problemHandler(log)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  };
  const stop = async () => {
    server?.closeAllConnections();
    server?.close();
    await uploads.stop();
  };
  await serve();
  stops.push(stop);
  const port = (): number => (server ? (server.address() as AddressInfo).port : 0);
  const call = (method: Method, path: string) =>
    request(`http://127.0.0.1:${port()}`, method, path).set({ authorization, 'tus-resumable': '1.0.0' });
  const create = async (size: number, headers: Record<string, string> = {}) => {
    const { headers: answered } = await call('post', 'resumable').set({ 'upload-length': String(size), ...headers });
    return answered.location ?? '';
  };
  const patch = (location: string, offset: number, body: string) =>
    call('patch', location)
      .set({ 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' })
      .send(body);
  const ended = async (location: string) => {
    for (;;) {
      const answer = await call('get', `${location}/report`);
      if (answer.status !== 202) return answer;
    }
  };
  return {
    folder,
    port,
    call,
    create,
    patch,
    ended,
    taken,
    refusals,
    hooks,
    disk,
    stored: () => readdirSync(join(folder, 'resumable')).filter((name) => name !== 'receipts'),
    idle: () => uploads.stop(),
    sweep: () => uploads.sweep(),
    pass: (ms: number) => void (now += ms),
    async restart() {
      await stop();
      uploads = open();
      await serve();
    },
  };
}

/** A proxy with a path of its own for the server that cuts its first connections after so many bytes each. */
async function startProxy(port: number, cuts: number[]): Promise<number> {
  const sockets: Socket[] = [];
  const proxy = createProxy((client) => {
    const server = connect(port, '127.0.0.1');
    sockets.push(client, server);
    const cut = cuts.shift() ?? Infinity;
    let bytes = 0;
    client.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      server.write(Buffer.from(chunk.toString('latin1').replace(/^(\w+) \/flows\//, '$1 /'), 'latin1'));
      if (bytes >= cut) client.destroy();
    });
    server.on('data', (chunk) => client.write(chunk));
    client.on('error', () => undefined).on('close', () => server.destroy());
    server.on('error', () => undefined).on('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  stops.push(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  return (proxy.address() as AddressInfo).port;
}

function send(content: Buffer, options: Partial<UploadOptions>): Promise<string> {
  return new Promise((resolve, reject) => {
    const upload = new Upload(content, {
      headers: { authorization },
      metadata: { filename: 'vpc.log.gz' },
      retryDelays: [0, 0, 0],
      onError: reject,
      onSuccess: () => resolve(upload.url ?? ''),
      ...options,
    });
    upload.start();
  });
}

describe('resumable uploads', () => {
  const content = Buffer.alloc(3_000_000, 'flows ');
  const digest = createHash('sha256').update(content).digest('hex');

  it('take what tus-js-client sends, over cut connections and behind a path of a proxy', async () => {
    const { port, taken, ended, idle, stored } = await setUp();
    const proxy = await startProxy(port(), [700_000, 900_000]);
    const offsets: number[] = [];
    const url = await send(content, {
      endpoint: `http://127.0.0.1:${proxy}/flows/api/v1/uploads/resumable`,
      onAfterResponse: (request, response) => {
        if (request.getMethod() === 'HEAD') offsets.push(Number(response.getHeader('upload-offset')));
      },
    });
    expect(new URL(url).pathname).toMatch(/^\/flows\/api\/v1\/uploads\/resumable\/[0-9a-f]{32}$/);
    expect((await ended(`resumable/${url.slice(-32)}`)).body).toMatchObject({ name: 'vpc.log.gz', digest, rows: 1 });
    expect(taken).toEqual([{ name: 'vpc.log.gz', digest }]);
    await idle();
    expect(offsets.some((offset) => offset > 0 && offset < content.length)).toBe(true);
    expect(stored()).toEqual([]);
  });

  it('take chunks, an unknown length, and a body with the creation', async () => {
    const { port, taken, ended } = await setUp();
    const endpoint = `http://127.0.0.1:${port()}/api/v1/uploads/resumable/`;
    for (const options of [
      { chunkSize: 500_000 },
      { chunkSize: 500_000, uploadLengthDeferred: true },
      { uploadDataDuringCreation: true },
    ]) {
      const url = await send(content, { endpoint, ...options });
      await ended(`resumable/${url.slice(-32)}`);
    }
    expect(taken.map((each) => each.digest)).toEqual([digest, digest, digest]);
  });

  it('answer with relative addresses, offsets and the time they expire', async () => {
    const { create, call, patch } = await setUp();
    const location = await create(10);
    expect(location).toMatch(/^resumable\/[0-9a-f]{32}$/);
    const patched = await patch(location, 0, 'half ');
    expect([patched.status, patched.headers['upload-offset']]).toEqual([204, '5']);
    expect(Date.parse(patched.headers['upload-expires'] ?? '')).toBeGreaterThan(Date.now() + 23 * HOUR);
    expect((await patch(location, 4, 'half ')).status).toBe(409);
    expect((await call('head', location)).headers).toMatchObject({ 'upload-offset': '5', 'upload-length': '10' });
    expect(await call('get', `${location}/report`)).toMatchObject({
      status: 202,
      body: { state: 'receiving', offset: 5, size: 10 },
    });
    const headers = (await call('head', location)).headers;
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('are found complete by a client that missed the last answer', async () => {
    const { create, patch, ended, call, taken } = await setUp();
    const location = await create(5);
    await patch(location, 0, 'flows');
    await ended(location);
    expect((await call('head', location)).headers).toMatchObject({ 'upload-offset': '5', 'upload-length': '5' });
    expect((await patch(location, 5, '')).status).toBe(204);
    expect((await call('delete', location)).status).toBe(400);
    expect(taken).toHaveLength(1);
  });

  it('say why a file was not taken', async () => {
    const { create, patch, ended, refusals } = await setUp();
    refusals.push(new WayleaveError('photo.jpg is in no format we know', { code: 'unknown-format' }));
    const location = await create(5);
    expect((await patch(location, 0, 'photo')).status).toBe(204);
    const { status, body } = await ended(location);
    expect({ status, body: JSON.parse(JSON.stringify(body)) as unknown }).toMatchObject({
      status: 422,
      body: { code: 'unknown-format', detail: 'photo.jpg is in no format we know' },
    });
  });

  it('go on after a restart: from the offset, or with taking what was complete', async () => {
    const { create, patch, call, restart, ended, refusals, taken } = await setUp();
    const half = await create(10);
    await patch(half, 0, 'half ');
    refusals.push(new WayleaveError('no store', { code: 'store-unavailable', retriable: true }));
    const whole = await create(5, { 'upload-metadata': `filename ${Buffer.from('a.log').toString('base64')}` });
    await patch(whole, 0, 'flows');
    await restart();
    expect((await ended(whole)).body).toMatchObject({ name: 'a.log' });
    expect((await call('head', half)).headers).toMatchObject({ 'upload-offset': '5' });
    expect((await patch(half, 5, 'other')).status).toBe(204);
    await ended(half);
    expect(taken).toHaveLength(2);
  });

  it('expire, with their receipts and what a crash left', async () => {
    const { folder, create, patch, ended, idle, call, pass, sweep, stored } = await setUp();
    const half = await create(10);
    const whole = await create(5);
    await patch(whole, 0, 'flows');
    await ended(whole);
    await idle();
    writeFileSync(join(folder, 'left'), 'by a killed process');
    mkdirSync(join(folder, 'resumable'), { recursive: true });
    writeFileSync(join(folder, 'resumable', 'f'.repeat(32)), 'a body without its description');
    const old = new Date(Date.now() - HOUR);
    utimesSync(join(folder, 'left'), old, old);
    pass(23.5 * HOUR);
    await sweep();
    expect(readdirSync(folder)).toEqual(['resumable']);
    expect(stored()).toHaveLength(3);
    pass(HOUR);
    await sweep();
    expect(stored()).toEqual([]);
    expect((await call('head', half)).status).toBe(404);
    expect((await call('get', `${whole}/report`)).status).toBe(404);
  });

  it('can be given up', async () => {
    const { create, call, stored } = await setUp();
    const location = await create(10);
    expect((await call('delete', location)).status).toBe(204);
    expect(stored()).toEqual([]);
    expect((await call('head', location)).status).toBe(404);
  });

  it('let methods be named in a header, for proxies that know only two', async () => {
    const { create, call, taken, ended } = await setUp();
    const location = await create(5);
    const answer = await call('post', location)
      .set({
        'x-http-method-override': 'PATCH',
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
      })
      .send('flows');
    expect(answer.status).toBe(204);
    await ended(location);
    expect(taken).toHaveLength(1);
  });

  it('are refused when too large, too many or too much for the disk', async () => {
    const { call, create, patch, disk, stored } = await setUp();
    expect((await call('post', 'resumable').set('upload-length', String(LIMIT + 1))).status).toBe(413);
    for (let i = 0; i < 4; i++) expect(await create(LIMIT)).not.toBe('');
    const full = await call('post', 'resumable').set('upload-length', '1');
    expect(full).toMatchObject({ status: 503, headers: { 'retry-after': expect.any(String) } });
    for (const name of stored().filter((each) => !each.endsWith('.json'))) await call('delete', `resumable/${name}`);
    expect(await create(1)).not.toBe('');
    const location = await create(5);
    disk.free = 2 ** 30 + 4;
    expect((await patch(location, 0, 'flows')).status).toBe(503);
    expect((await call('head', location)).headers).toMatchObject({ 'upload-offset': '0' });
    disk.free = 2 ** 30;
    expect((await call('post', 'resumable').set('upload-length', '1')).status).toBe(503);
  });

  it('wait when they are complete and the store is away, and are taken once it is back', async () => {
    const { create, patch, call, refusals, ended, taken } = await setUp();
    refusals.push(new WayleaveError('no store', { code: 'store-unavailable', retriable: true }));
    const location = await create(5);
    expect((await patch(location, 0, 'flows')).status).toBe(204);
    let answer = await call('get', `${location}/report`);
    while ((answer.body as { state: string }).state === 'taking') answer = await call('get', `${location}/report`);
    expect(answer).toMatchObject({
      status: 202,
      headers: { 'retry-after': '10' },
      body: { state: 'waiting', reason: { code: 'store-unavailable', message: 'no store' } },
    });
    expect((await call('head', location)).headers).toMatchObject({ 'upload-offset': '5' });
    expect((await ended(location)).status).toBe(200);
    expect(taken).toHaveLength(1);
  });

  it.each<[string, Error, string]>([
    ['the store refuses them', new WayleaveError('ClickHouse refused it', { code: 'store-query' }), 'store-query'],
    ['they cannot be read', new WayleaveError('cannot read it: EIO', { code: 'unreadable-file' }), 'unreadable-file'],
    ['nobody foresaw it', new TypeError('undefined is not a function'), 'internal'],
  ])('are tried for a day when %s, and then it is the file', async (_, refusal, code) => {
    const { create, patch, call, refusals, ended, pass } = await setUp();
    refusals.push(refusal, refusal);
    const location = await create(5);
    await patch(location, 0, 'flows');
    let answer = await call('get', `${location}/report`);
    while ((answer.body as { state: string }).state === 'taking') answer = await call('get', `${location}/report`);
    expect(answer.body).toMatchObject({ state: 'waiting', reason: { code } });
    pass(25 * HOUR);
    const { status, text } = await ended(location);
    expect([status, text]).toEqual([500, expect.stringContaining(code)]);
  });

  it('keep their receipt when the body could not be removed after it', async () => {
    const { create, patch, call, hooks, taken, stored } = await setUp();
    const location = await create(5);
    let description = '';
    hooks.taken = (path) => {
      // A folder in the place of a file is not removed like one.
      description = `${path}.json`;
      rmSync(description);
      mkdirSync(description);
    };
    await patch(location, 0, 'flows');
    while (stored().length > 1) await new Promise((resolve) => setTimeout(resolve, 10));
    rmSync(description, { recursive: true });
    writeFileSync(description, '{}');
    while (stored().length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await call('get', `${location}/report`)).status).toBe(200);
    expect(taken).toHaveLength(1);
  });

  it('count for as long as they are there, and those that could not be begun for a minute', async () => {
    const { folder, call, create, patch, pass, sweep, restart, refusals } = await setUp();
    const [there, away] = [join(folder, 'resumable'), join(folder, 'away')];
    renameSync(there, away);
    writeFileSync(there, 'not a folder');
    for (let i = 0; i < 4; i++) expect(await create(LIMIT)).toBe('');
    rmSync(there);
    renameSync(away, there);
    await sweep();
    expect((await call('post', 'resumable').set('upload-length', '1')).status).toBe(503);
    pass(60_000);
    await sweep();
    const refusal = new WayleaveError('no store', { code: 'store-unavailable', retriable: true });
    refusals.push(refusal, refusal, refusal, refusal);
    await patch(await create(LIMIT), 0, 'x'.repeat(LIMIT));
    await restart();
    for (let i = 0; i < 3; i++) expect(await create(LIMIT)).not.toBe('');
    expect((await call('post', 'resumable').set('upload-length', '1')).status).toBe(503);
  });

  it('are not said to be complete before they are on the disk', async () => {
    const { create, patch, call, ended } = await setUp();
    const location = await create(5);
    const sync = jest.spyOn(ResumableStore.prototype, 'sync').mockRejectedValue(new Error('EIO'));
    try {
      expect((await patch(location, 0, 'flows')).status).toBe(500);
      expect((await call('head', location)).status).toBe(500);
    } finally {
      sync.mockRestore();
    }
    expect((await call('head', location)).headers).toMatchObject({ 'upload-offset': '5' });
    await patch(location, 5, '');
    expect((await ended(location)).status).toBe(200);
  });

  it('are neither begun nor gone on with while the spool is full', async () => {
    const { call, create, patch, disk, ended } = await setUp();
    const location = await create(5);
    disk.full = { cause: 'bytes', reason: 'so much waits' };
    for (const answer of [
      await call('post', 'resumable').set('upload-length', '5'),
      await patch(location, 0, 'flows'),
      await call('post', location).set({ 'x-http-method-override': 'PATCH', 'upload-offset': '0' }),
    ]) {
      expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': expect.any(String) } });
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'spool-full' });
    }
    expect((await call('head', location)).headers).toMatchObject({ 'upload-offset': '0' });
    disk.full = undefined;
    expect((await patch(location, 0, 'flows')).status).toBe(204);
    await ended(location);
  });

  it('want the token, known ids and verbs', async () => {
    const { call, create } = await setUp();
    const location = await create(5);
    expect((await call('patch', location).set('authorization', 'Bearer wrong')).status).toBe(401);
    expect((await call('head', 'resumable/..%2f..%2ftoken')).status).toBe(404);
    expect((await call('get', 'resumable/receipts/report')).status).toBe(404);
    expect((await call('get', location)).status).toBe(404);
  });
});
