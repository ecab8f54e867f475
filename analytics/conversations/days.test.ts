import fc from 'fast-check';
import type { Conversation } from '../model/conversation';
import type { Window } from '../model/topology';
import { sumDays } from './days';
import { address, HOUR, openFlows, type RolledFlows } from './flows.fixture';
import { addressText, readConversations } from './read';

let rolled: RolledFlows;
beforeAll(async () => {
  rolled = await openFlows();
});
afterEach(() => rolled.clear());
afterAll(() => rolled.close());

const DAY = 86_400;
/** Midnight before `HOUR`. */
const MIDNIGHT = HOUR - (HOUR % DAY);

/** What `readConversations` is to give, straight from the hours. */
function fromHours({ from, to }: Window): Promise<Conversation[]> {
  const changes = `SELECT address, arraySort(groupUniqArray(toUnixTimestamp(toDateTime(at)))) AS changes
    FROM (SELECT address, arrayJoin([since, until]) AS at FROM current_owners)
    WHERE at > toDateTime64({from:UInt32}, 3) AND at < toDateTime64({to:UInt32}, 3) GROUP BY address`;
  const owned = (side: string) => `arrayLast(at -> at <= toUnixTimestamp(c.${side}_from), of_${side}.changes)`;
  return rolled.store.query<Conversation>(
    `SELECT scope, ${addressText('c.client')} AS client, ${addressText('c.server')} AS server, protocol, port,
       sum(c.connections) AS connections, sum(c.established) AS established, sum(c.denied) AS denied,
       sum(c.refused) AS refused, sum(c.unanswered) AS unanswered, sum(c.half_open) AS halfOpen,
       sum(client_packets) AS clientPackets, sum(server_packets) AS serverPackets,
       sum(client_bytes) AS clientBytes, sum(server_bytes) AS serverBytes, uniqExact(hour) AS hours,
       toUnixTimestamp(min(first_seen)) AS firstSeen, toUnixTimestamp(max(last_seen)) AS lastSeen,
       min(c.direction) AS direction, round(argMin(c.confidence, (c.direction, -c.confidence)), 3) AS confidence,
       arrayMap(r -> ${addressText('r')}, arraySort(groupUniqArrayArray(c.reporters))) AS reporters,
       toUnixTimestamp(max(c.client_from)) AS clientAsOf, toUnixTimestamp(max(c.server_from)) AS serverAsOf
     FROM current_conversations AS c
     LEFT ANY JOIN (${changes}) AS of_client ON of_client.address = c.client
     LEFT ANY JOIN (${changes}) AS of_server ON of_server.address = c.server
     WHERE hour >= toDateTime({from:UInt32}) AND hour < toDateTime({to:UInt32})
     GROUP BY scope, c.client, c.server, protocol, port, ${owned('client')}, ${owned('server')}
     ORDER BY scope, c.server, protocol, port, c.client, clientAsOf, serverAsOf`,
    { from, to },
  );
}

/** Rows of hours under a version, which from then on is the one that counts: what a roll-up ends with. */
async function deliver(rows: readonly (object & { readonly hour: number })[], version: number): Promise<void> {
  await rolled.store.insert(
    'conversations',
    rows.map((row) => ({ ...row, version })),
  );
  const hours = [...new Set(rows.map(({ hour }) => hour))];
  await rolled.store.insert(
    'buckets',
    hours.map((hour) => ({ hour, version, marked: hour * 1e6, flows: 1 })),
  );
}

describe('days', () => {
  const WEEK = { from: MIDNIGHT - DAY, to: MIDNIGHT + 6 * DAY };
  const use = (hour: number, connections = 1) => {
    const [client, server] = [address('10.0.0.9'), address('10.0.0.1')];
    return { hour, client, server, protocol: 6, port: 443, connections, first_seen: hour + 100, last_seen: hour + 200 };
  };

  it('are summed once, and again when an hour of theirs changes', async () => {
    await deliver([use(HOUR), use(HOUR + DAY), use(HOUR + 2 * DAY)], 1);
    expect(await sumDays(rolled.store, WEEK)).toBe(3);
    expect(await sumDays(rolled.store, WEEK)).toBe(0);
    await deliver([use(HOUR + DAY, 2)], 2);
    expect(await readConversations(rolled.store, WEEK)).toMatchObject([{ connections: 4, hours: 3 }]);
    expect(await sumDays(rolled.store, WEEK)).toBe(1);
    expect(await readConversations(rolled.store, WEEK)).toMatchObject([{ connections: 4, hours: 3 }]);
  });

  it('are read instead of their hours', async () => {
    await deliver([use(HOUR)], 1);
    await sumDays(rolled.store, WEEK);
    await rolled.store.command('TRUNCATE TABLE conversations');
    expect(await readConversations(rolled.store, WEEK)).toMatchObject([{ connections: 1, firstSeen: HOUR + 100 }]);
    expect(await readConversations(rolled.store, { from: HOUR, to: HOUR + 3600 })).toEqual([]);
  });

  it('in which an address changed hands are read from its hours', async () => {
    await deliver(
      [use(HOUR), use(HOUR + 3600)].map((row) => ({ ...row, client_from: row.hour })),
      1,
    );
    await sumDays(rolled.store, WEEK);
    const since = (HOUR + 3600) * 1000;
    const owner = { address: address('10.0.0.9'), since, until: '2299-01-01 00:00:00', workload: 'w', version: 1 };
    await rolled.store.insert('owners', [owner]);
    await rolled.store.insert('settlements', [{ version: 1, settled: 1 }]);
    expect(await readConversations(rolled.store, WEEK)).toMatchObject([
      { hours: 1, clientAsOf: HOUR },
      { hours: 1, clientAsOf: HOUR + 3600 },
    ]);
  });

  it('of which a window has a part are left alone', async () => {
    await deliver([use(HOUR)], 1);
    expect(await sumDays(rolled.store, { from: MIDNIGHT + 1, to: MIDNIGHT + 2 * DAY - 1 })).toBe(0);
  });

  it('that two sum at once are counted once', async () => {
    await deliver([use(HOUR), use(HOUR + DAY)], 1);
    await Promise.all([sumDays(rolled.store, WEEK), sumDays(rolled.store, WEEK)]);
    expect(await readConversations(rolled.store, WEEK)).toMatchObject([{ connections: 2, hours: 2 }]);
    expect(await sumDays(rolled.store, WEEK)).toBe(0);
  });

  it('are summed again when another hour comes under the same version', async () => {
    await deliver([use(HOUR)], 1);
    await sumDays(rolled.store, WEEK);
    await deliver([use(HOUR + 3600)], 1);
    expect(await readConversations(rolled.store, WEEK)).toMatchObject([{ connections: 2, hours: 2 }]);
    expect(await sumDays(rolled.store, WEEK)).toBe(1);
    expect(await readConversations(rolled.store, WEEK)).toMatchObject([{ connections: 2, hours: 2 }]);
  });

  /** Rows of a run that has not recorded them. */
  const leave = (minutes: number) =>
    rolled.store.command(
      `INSERT INTO conversation_days (day, summing, made, client, server, protocol, port, connections)
       SELECT toDate(hour), generateUUIDv4(), now() - 60 * {minutes:UInt32}, client, server, protocol, port, 90 + {minutes:UInt32}
       FROM current_conversations`,
      { minutes },
    );
  const held = async () => {
    const sql = 'SELECT connections FROM conversation_days ORDER BY connections';
    return (await rolled.store.query<{ connections: number }>(sql)).map(({ connections }) => connections);
  };

  it('that are half summed are not read, and are discarded once nobody can be summing them', async () => {
    await deliver([use(HOUR)], 1);
    await leave(2);
    await leave(120);
    expect(await readConversations(rolled.store, WEEK)).toMatchObject([{ connections: 1 }]);
    await sumDays(rolled.store, WEEK);
    expect(await readConversations(rolled.store, WEEK)).toMatchObject([{ connections: 1 }]);
    // The day was recorded just now: somebody may be reading what was there before.
    expect(await held()).toEqual([1, 92, 210]);
    await rolled.store.command(
      'INSERT INTO summed_days SELECT * REPLACE (recorded - 7200 AS recorded) FROM summed_days',
    );
    await rolled.store.command('DELETE FROM summed_days WHERE recorded > now() - 3600');
    await deliver([use(HOUR + DAY)], 1);
    await sumDays(rolled.store, WEEK);
    expect(await held()).toEqual([1, 1, 92]);
  });
});

const host = fc.constantFrom('10.0.0.1', '10.0.0.2', '2001:db8::1');
const hourly = fc
  .record({
    hours: fc.nat(60),
    /** Later in the hour where an address changed hands. */
    late: fc.record({ client: fc.constantFrom(0, 0, 1800), server: fc.constantFrom(0, 0, 1800) }),
    columns: fc.record({
      scope: fc.constantFrom('', 'blue'),
      client: host.map(address),
      server: host.map(address),
      protocol: fc.constantFrom(6, 17),
      port: fc.constantFrom(53, 443),
      connections: fc.nat(9),
      denied: fc.nat(9),
      half_open: fc.nat(9),
      server_bytes: fc.nat(9_000_000),
      direction: fc.integer({ min: 1, max: 6 }),
      confidence: fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000),
      reporters: fc.uniqueArray(host.map(address)),
    }),
  })
  .map(({ hours, late, columns }) => {
    const hour = MIDNIGHT + hours * 3600;
    const [client_from, server_from] = [hour + late.client, hour + late.server];
    return { ...columns, hour, client_from, server_from, first_seen: hour + 7, last_seen: hour + columns.connections };
  });
/** Who comes next, and when: half hours from midnight. */
const owners = fc.uniqueArray(fc.record({ address: host.map(address), at: fc.nat({ max: 120 }) }), { maxLength: 4 });
const window = fc.tuple(fc.nat(60), fc.nat(60)).map(([a, b]) => ({
  from: MIDNIGHT + Math.min(a, b) * 3600,
  to: MIDNIGHT + (Math.max(a, b) + 1) * 3600,
}));

it('whatever was summed, whatever came late and whoever owned what, conversations are those of the hours', async () => {
  const { store } = rolled;
  const own = async (handovers: readonly { readonly address: string; readonly at: number }[], version: number) => {
    const [at, ever] = [(halves: number) => MIDNIGHT + halves * 1800, '2299-01-01 00:00:00'];
    await store.insert(
      'owners',
      handovers.map((each) => ({
        address: each.address,
        since: at(each.at) * 1000,
        until: ever,
        workload: 'w',
        version,
      })),
    );
    await store.insert('settlements', [{ version, settled: 1 }]);
  };
  const whole = { from: MIDNIGHT, to: MIDNIGHT + 3 * DAY };
  const delivery = fc.array(hourly, { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(delivery, delivery, owners, owners, window, async (early, late, first, second, asked) => {
      const expected = async () => [await fromHours(whole), await fromHours(asked)];
      const found = async () => [await readConversations(store, whole), await readConversations(store, asked)];
      await rolled.clear();
      await deliver(early, 1);
      await own(first, 1);
      await sumDays(store, whole);
      expect(await found()).toEqual(await expected());
      await deliver(late, 2);
      await own(second, 2);
      const last = await expected();
      expect(await found()).toEqual(last);
      await sumDays(store, asked);
      expect(await found()).toEqual(last);
    }),
    { numRuns: 3 },
  );
}, 60_000);
