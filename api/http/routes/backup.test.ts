import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import request from 'supertest';
import { createLog } from '../../../ingest/kernel/log';
import { createSpace } from '../../../ingest/spool';
import { migrate, openEmbedded, type Store } from '../../../ingest/store';
import { createBackups, createTurns } from '../../backup';
import { createJobs, type Job } from '../../jobs';
import { problemHandler } from '../problem';
import { backupRoutes } from './backup';

const clock = () => new Date('2026-11-20T12:00:00.250Z');

jest.setTimeout(60_000);

describe('POST /backups', () => {
  const data = mkdtempSync(join(tmpdir(), 'wayleave-backup-route-'));
  let store: Store;

  beforeAll(async () => {
    store = openEmbedded(data);
    await migrate(store);
  });
  afterAll(async () => {
    await store.close();
    rmSync(data, { recursive: true, force: true });
  });

  const serve = (kind: Store['kind'] = 'embedded') => {
    const jobs = createJobs(clock);
    const source = { store: { ...store, kind }, data, turns: createTurns() };
    const app = express();
    const backups = createBackups(source, { space: createSpace(0), clock });
    app.use(backupRoutes({ jobs, backups }));
    app.use(problemHandler(createLog('silent')));
    const ended = async (id: string): Promise<Job | undefined> => {
      while (jobs.find(id)?.state === 'running') await new Promise((resolve) => setTimeout(resolve, 10));
      return jobs.find(id);
    };
    return { app, ended, backups };
  };

  it('starts a job, one at a time, whose result says where the backup is', async () => {
    const { app, ended } = serve();
    const answer = await request(app).post('/backups').query({ folder: '/etc' });
    expect(answer).toMatchObject({ status: 202, body: { kind: 'backup', state: 'running' } });
    expect(answer.headers.location).toBe(`/api/v1/jobs/${answer.body.id}`);
    expect(await request(app).post('/backups')).toMatchObject({ status: 409, body: { code: 'busy' } });
    const folder = join(data, 'backups', '2026-11-20T12-00-00Z');
    expect(await ended(answer.body.id)).toMatchObject({
      state: 'done',
      result: { folder, schema: expect.any(Number) },
    });
    expect(existsSync(join(folder, 'backup.json'))).toBe(true);
  });

  it('is broken off when the server stops, and leaves nothing', async () => {
    rmSync(join(data, 'backups'), { recursive: true, force: true });
    await store.insert('flows', [{ dst_port: 443 }]);
    const { app, ended, backups } = serve();
    const { body } = await request(app).post('/backups');
    await backups.stop();
    expect(await ended(body.id)).toMatchObject({ state: 'failed', error: { code: 'stopped' } });
    expect(readdirSync(data, { recursive: true }).filter((path) => /^(snapshot|backups.)/.test(String(path)))).toEqual([
      join('backups', '2026-11-20T12-00-00Z'),
    ]);
  });

  it('says of tables in a server that they are backed up there', async () => {
    const { app, ended } = serve('server');
    const { body } = await request(app).post('/backups');
    expect(await ended(body.id)).toMatchObject({ state: 'failed', error: { code: 'server-store' } });
  });
});
