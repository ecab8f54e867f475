import { parsePrefix } from '../../../../ingest/kernel/ip';
import { createIdentity } from '../owners';
import { parseConversationName } from '../name';
import { hourOf, openTestStore, own, putHours, TEN, type TestStore } from '../testing/conversations';
import { whyAddress } from './address';
import { whyConversation } from './conversation';

jest.setTimeout(60_000);

let test: TestStore;
const deps = () => ({
  store: test.store,
  identity: createIdentity(test.store),
  now: TEN * 1000,
  networks: [parsePrefix('10.0.0.0/8')],
});
const why = (name: string, scope?: string, window = {}) =>
  whyConversation({ ...parseConversationName(name), scope }, window, deps());
const micros = (seconds: number): number => seconds * 1e6;

beforeAll(async () => {
  test = await openTestStore('why');
  await putHours(test.store, [
    hourOf(0, '10.0.0.9', '10.1.1.5', {
      connections: 5,
      established: 4,
      refused: 1,
      stated: 3,
      reporters: ['192.0.2.1', '192.0.2.2'],
      points: ['eth0'],
      via: ['203.0.113.7'],
      sampling: 100,
      l7: ['SSL/TLS'],
      users: ['ann'],
    }),
    hourOf(1, '10.0.0.9', '10.1.1.5', { direction: 4, confidence: 0.9, stated: 0 }),
    hourOf(0, '10.0.0.8', '10.1.1.5', { scope: 'vpc-1', established: 0, unanswered: 1, direction: 6, confidence: 0.5 }),
    hourOf(0, '10.0.0.8', '10.1.1.5', { scope: 'vpc-2' }),
    hourOf(0, '10.0.0.8', '10.1.1.6', { protocol: 1, port: 2048 }),
  ]);
  await own(test.store, '10.1.1.5', 'web1');
  const logOn = (user: string, since: number, more: object = {}) => ({
    source: 'log-ons',
    scope: '',
    address: '10.0.0.9',
    user,
    since: since * 1000,
    until: since * 1000,
    version: 1,
    ...more,
  });
  await test.store.insert('log_ons', [
    logOn('ann', TEN - 3600),
    logOn('ann', TEN + 600, { until: (TEN + 1800) * 1000 }),
    logOn('bob', TEN - 24 * 3600),
    logOn('cid', TEN + 24 * 3600),
    logOn('dan', TEN, { address: '10.0.0.8' }),
  ]);
  const listener = (more: object) => ({
    scope: '',
    protocol: 6,
    first: TEN,
    last: TEN + 3600,
    learned: micros(TEN),
    ...more,
  });
  await test.store.insert('listeners', [
    listener({ address: '10.1.1.5', port: 443, source: 'stated', name: '' }),
    listener({ address: '10.1.1.5', port: 443, source: 'stated', name: '', last: TEN + 7200 }),
    listener({ address: '10.1.1.5', port: 8080, source: 'inventory', name: 'proxy' }),
    listener({ address: '10.0.0.9', port: 40005, source: 'sighting', name: 'rmi' }),
  ]);
  await test.store.insert('repetitions', [
    { scope: '', address: '10.1.1.5', protocol: 6, port: 443, hour: TEN, peers: 12, version: 1 },
  ]);
  const flow = (src: string, srcPort: number, dst: string, dstPort: number, more: object = {}) => ({
    received: micros(TEN),
    exporter: '192.0.2.1',
    start: micros(TEN + 60),
    end: micros(TEN + 61),
    src,
    src_port: srcPort,
    dst,
    dst_port: dstPort,
    protocol: 6,
    packets: 1,
    ...more,
  });
  await test.store.insert('flows', [
    flow('10.0.0.9', 40000, '10.1.1.5', 443),
    flow('10.1.1.5', 443, '10.0.0.9', 40000),
    flow('10.0.0.9', 40001, '203.0.113.7', 443, { post_dst: '10.1.1.5', post_dst_port: 443 }),
    flow('10.0.0.9', 40000, '10.1.1.5', 444),
    flow('10.0.0.9', 40000, '10.1.1.5', 443, { start: micros(TEN - 60) }),
    flow('10.0.0.9', 40000, '10.1.1.5', 443, { scope: 'vpc-1' }),
  ]);
});
afterAll(() => test.close());

it('says everything that is known of a conversation, with what it is read from', async () => {
  const { conversation, findings, flows, profile } = await why('10.0.0.9 -> 10.1.1.5:443/tcp');
  expect(conversation).toMatchObject({ connections: 6, serverNames: ['web1'] });
  expect(findings.map(({ topic, text }) => `${topic}: ${text}`)).toEqual([
    'direction: 10.1.1.5 is the server, at level 1 with confidence 0.99: the source said who opened it, or its first packet did (a SYN without ACK, an ICMP request)',
    'direction: level 1 is the best of 1 hour with 5 connections, confidence 0.99: the source said who opened it, or its first packet did (a SYN without ACK, an ICMP request)',
    'direction: level 4 is the best of 1 hour with 1 connection, confidence 0.9: only 10.0.0.9 has a port from the range that clients draw theirs from',
    'direction: sources said who opened it for 3 established connections of 5',
    'listeners: 10.1.1.5 is known to listen on 443/tcp: answered flows whose source says who opened them, from 2026-11-16 10:00 UTC to 2026-11-16 12:00 UTC',
    'listeners: where only numbers could tell, 443/tcp of 10.1.1.5 was used in 1 hour, by up to 12 peers in one',
    'listeners: against it: 10.0.0.9 is known to listen on 40005/tcp, which is among its ports here: a sensor named the service "rmi", from 2026-11-16 10:00 UTC to 2026-11-16 11:00 UTC',
    'outcome: of 6 connections, 5 established and 1 refused',
    'times: seen from 2026-11-16 10:01 UTC to 2026-11-16 11:02 UTC, in 2 hours of 1 day, on Monday; 1,000 bytes from the client, 8,000 bytes from the server',
    'reporters: seen by 2 exporters (192.0.2.1 and 192.0.2.2), at eth0: counted once, by the most complete of them; one packet in 100 was looked at, counts are scaled',
    'translation: beyond address translation it was seen as 203.0.113.7, and counts once',
    'owners: nobody is known behind the client 10.0.0.9',
    "owners: the server 10.1.1.5 is web1's",
    'users: logged on to the client 10.0.0.9: ann (2 sightings from 2026-11-16 09:00 UTC to 2026-11-16 10:30 UTC)',
    'mentions: recognised as SSL/TLS',
    'mentions: attributed to the user ann',
  ]);
  expect(flows).toMatchObject({ hours: [TEN, TEN + 3600], count: 3, first: [{ src: '10.0.0.9' }, {}, {}] });
  expect(profile).toMatchObject({ activeHours: 2 });
});

it('looks in one scope, and asks which where there are several', async () => {
  await expect(why('10.0.0.8 -> 10.1.1.5:443/tcp')).rejects.toMatchObject({
    code: 'bad-conversation',
    message: expect.stringContaining('"vpc-1", "vpc-2"'),
  });
  const { findings } = await why('10.0.0.8 -> 10.1.1.5:443/tcp', 'vpc-1');
  expect(findings).toContainEqual(
    expect.objectContaining({ text: 'of 1 connection, 1 never answered; it was never used, so no rule comes of it' }),
  );
  expect(findings).toContainEqual(expect.objectContaining({ text: expect.stringMatching(/level 6.*no rule rests/) }));
});

it.each([
  ['10.1.1.5 -> 10.0.0.9:40000/tcp', 'between the two there is 10.0.0.9 -> 10.1.1.5:443/tcp'],
  ['10.0.0.8 -> 10.1.1.6:22/tcp', 'between the two there is 10.0.0.8 -> 10.1.1.6:icmp/8/0'],
  ['10.9.9.9 -> 10.1.1.6:22/tcp', 'there is no conversation 10.9.9.9 -> 10.1.1.6:22/tcp in that window'],
])('names others when there is no %s', async (name, message) => {
  await expect(why(name)).rejects.toMatchObject({ code: 'no-conversation', message: expect.stringContaining(message) });
});

it('keeps to a window', async () => {
  expect(await why('10.0.0.9 -> 10.1.1.5:443/tcp', '', { from: TEN + 3600 })).toMatchObject({
    conversation: { connections: 1, direction: 4 },
    flows: { count: 0 },
  });
});

it('says what is held to be noise, and to be part of a dynamic service', async () => {
  const texts = async (name: string, topic: string) =>
    (await why(name)).findings.filter((finding) => finding.topic === topic).map(({ text }) => text);
  const scanned = Array.from({ length: 60 }, (_, at) =>
    hourOf(0, '10.0.0.66', `10.2.0.${at + 1}`, { port: 22, established: 0, unanswered: 1 }),
  );
  const drawn = Array.from({ length: 12 }, (_, at) => [
    hourOf(at, `10.3.0.${at + 1}`, '10.1.1.9', { port: 135 }),
    hourOf(at, `10.3.0.${at + 1}`, '10.1.1.9', { port: 49700 + 7 * at }),
  ]);
  await putHours(test.store, [...scanned, ...drawn.flat()]);
  expect(await texts('10.0.0.66 -> 10.2.0.7:22/tcp', 'noise')).toEqual([
    expect.stringMatching(/^held to be horizontal-scan of 10\.0\.0\.66, with 60 peers: .*no rule comes of it$/),
  ]);
  expect(await texts('10.3.0.1 -> 10.1.1.9:49700/tcp', 'dynamic')).toEqual([
    expect.stringMatching(/one service of 10\.1\.1\.9 whose port wanders that 135\/tcp hands out, from 49700 to 49777/),
  ]);
  expect(await texts('10.0.0.9 -> 10.1.1.5:443/tcp', 'noise')).toEqual([]);
});

it('says why an address is a server', async () => {
  const { findings, listeners, serves } = await whyAddress('10.1.1.5', {}, deps());
  expect(listeners).toMatchObject([
    { port: 443, source: 'stated', last: TEN + 7200 },
    { port: 8080, source: 'inventory', name: 'proxy' },
  ]);
  expect(serves).toMatchObject([
    { scope: '', port: 443, clients: 1, connections: 6, direction: 1 },
    { scope: 'vpc-1', direction: 6 },
    { scope: 'vpc-2', direction: 1 },
  ]);
  expect(findings.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      "10.1.1.5 is web1's",
      'known to listen on 8080/tcp: the inventory lists it as "proxy", since 2026-11-16 10:00 UTC',
      'served 443/tcp (https) to 1 client: 6 connections, 5 established, from 2026-11-16 10:01 UTC to 2026-11-16 11:02 UTC, direction level 1 at confidence 0.99',
    ]),
  );
  expect((await whyAddress('10.0.0.1', {}, deps())).findings.at(-1)?.text).toMatch(
    /^it is the server of no conversation/,
  );
});
