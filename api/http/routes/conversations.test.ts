import express from 'express';
import request from 'supertest';
import {
  hourOf,
  openTestStore,
  own,
  putHours,
  TEN,
  type TestStore,
} from '../../../analytics/conversations/query/testing/conversations';
import { createLog } from '../../../ingest/kernel/log';
import { configSchema } from '../../config/config';
import { problemHandler } from '../problem';
import { conversationRoutes } from './conversations';
import { flowRoutes } from './flows';

jest.setTimeout(60_000);

const clock = () => new Date((TEN + 2 * 3600) * 1000);
let test: TestStore;

beforeAll(async () => {
  test = await openTestStore('conversation-routes');
  await putHours(test.store, [
    hourOf(0, '10.0.0.9', '10.1.1.5', { l7: ['SSL/TLS'] }),
    hourOf(1, '10.0.0.9', '10.1.1.5'),
    hourOf(0, '10.0.0.9', '10.1.1.6', { port: 22 }),
  ]);
  await own(test.store, '10.1.1.5', 'web1', { labels: { app: 'shop' } });
  await test.store.insert('flows', [
    { received: TEN * 1e6, start: TEN * 1e6, src: '10.0.0.9', dst: '10.1.1.5', dst_port: 443, protocol: 6, l7: 'ssl' },
  ]);
});
afterAll(() => test.close());

const get = (path: string, query: Record<string, string> = {}) => {
  const app = express();
  const config = configSchema.parse({ data: 'unused' });
  app.use(flowRoutes({ store: test.store, clock }), conversationRoutes({ store: test.store, clock, config }));
  app.use(problemHandler(createLog('silent')));
  return request(app).get(path).query(query);
};

it.each<[string, Record<string, string>, unknown[]]>([
  ['/conversations', { sort: 'port' }, [{ port: 22 }, { port: 443, hours: 2, serverNames: ['web1'] }]],
  ['/conversations', { filter: 'server is web1', by: 'hour' }, [{ hour: TEN }, { hour: TEN + 3600 }]],
  ['/conversations', { filter: 'last_seen > -65m' }, [{ port: 443 }]],
  ['/conversations', { from: '2026-11-16T11:00:00Z' }, [{ port: 443, hours: 1 }]],
  ['/conversations', { limit: '1' }, [{ port: 443 }]],
  ['/flows', { filter: 'dst.app = shop', port: '443' }, [{ dst: '10.1.1.5' }]],
  ['/flows', { filter: 'dst.app = wiki' }, []],
])('answers GET %s %j', async (path, query, expected) => {
  const { status, body } = await get(path, query);
  expect([status, body]).toMatchObject([200, expected]);
  expect(body).toHaveLength(expected.length);
});

it.each([
  ['/conversations', 'port 80 and prot 443', 12, 4],
  ['/flows', 'port 80 or', 10, 0],
])('says where GET %s does not understand %j', async (path, filter, offset, length) => {
  expect(await get(path, { filter })).toMatchObject({
    status: 400,
    body: { code: 'bad-filter', where: { offset, length, filter } },
  });
});

it.each<[string, Record<string, string>, number, string]>([
  ['/conversations', { sort: 'luck' }, 400, 'bad-request'],
  ['/conversations', { limit: '100000' }, 400, 'bad-request'],
  ['/conversations', { fitler: 'port 80' }, 400, 'bad-request'],
  ['/conversations/why', {}, 400, 'bad-request'],
  ['/conversations/why', { address: 'web1' }, 400, 'bad-address'],
  ['/conversations/why', { conversation: '10.0.0.9' }, 400, 'bad-conversation'],
  ['/conversations/profile', { conversation: '10.0.0.9 -> 10.1.1.5:80/tcp' }, 404, 'no-conversation'],
])('refuses GET %s %j', async (path, query, status, code) => {
  expect(await get(path, query)).toMatchObject({ status, body: { code } });
});

it('completes filters, with values from the data', async () => {
  const items = async (path: string, query: Record<string, string>) => {
    const { body } = await get(path, query);
    return (body as { items: { text: string }[] }).items.map(({ text }) => text);
  };
  expect(await items('/conversations/completions', { filter: 'serv' })).toEqual(
    expect.arrayContaining(['server', 'service', 'server.app']),
  );
  expect(await items('/conversations/completions', { filter: 'l7 = s and port 80', offset: '6' })).toEqual(['SSL/TLS']);
  expect(await items('/conversations/completions', { filter: 'server is w' })).toEqual(['web1']);
  expect(await items('/conversations/completions', { filter: 'server.app = ' })).toEqual(['shop']);
  expect(await items('/flows/completions', { filter: 'l7 = ' })).toEqual(['ssl']);
  expect(await items('/flows/completions', {})).toEqual(expect.arrayContaining(['src', 'host', 'not']));
});

it('profiles a conversation, and says why', async () => {
  const conversation = '10.0.0.9 -> 10.1.1.5:443/tcp';
  expect(await get('/conversations/profile', { conversation })).toMatchObject({
    status: 200,
    body: { activeHours: 2 },
  });
  expect(await get('/conversations/why', { conversation, scope: '' })).toMatchObject({
    status: 200,
    body: { conversation: { conversation }, flows: { count: 1 }, profile: { activeHours: 2 } },
  });
  expect(await get('/conversations/why', { address: '10.1.1.5' })).toMatchObject({ body: { serves: [{ port: 443 }] } });
});
