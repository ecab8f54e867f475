import { between, both, flow, HOUR, later, openFlows, stated, TCP, type RolledFlows } from './flows.fixture';

const DAY = 24;

let rolled: RolledFlows;
beforeAll(async () => {
  rolled = await openFlows();
});
afterEach(() => rolled.clear());
afterAll(() => rolled.close());

/** Of ports alone the wrong way round: the server's is the higher one, and the client's the only one that is not. */
const MISLEADING = both('10.0.0.8', 20_000, '10.0.0.1', 49_700);
const PROOF = stated('10.0.0.9', 51_000, '10.0.0.1', 49_700);
const RIGHT = { client: '10.0.0.8', server: '10.0.0.1', port: 49_700, direction: 2, confidence: 0.97 };
const WRONG = { client: '10.0.0.1', server: '10.0.0.8', port: 20_000, direction: 4 };

describe('a listener that was proved', () => {
  it('serves in every other session of the hour', async () => {
    expect(await rolled.take(...MISLEADING)).toMatchObject([WRONG]);
    await rolled.clear();
    expect(await rolled.take(...MISLEADING, ...PROOF)).toMatchObject([RIGHT, { client: '10.0.0.9', direction: 1 }]);
  });

  it('serves in the hours before that were rolled up without the proof, and once only', async () => {
    await rolled.take(...MISLEADING);
    await rolled.add(later(2, PROOF));
    expect(await rolled.rollUp()).toBe(2);
    expect(await rolled.read()).toMatchObject([RIGHT]);
    expect(await rolled.rollUp()).toBe(0);
  });

  it('serves in the hours after', async () => {
    await rolled.take(...PROOF);
    await rolled.add(later(2, MISLEADING));
    expect(await rolled.rollUp()).toBe(1);
    expect(await rolled.read(2)).toMatchObject([RIGHT]);
  });

  it.each([6, 8])('counts on a high port for seven days: %d days later', async (days) => {
    await rolled.take(...PROOF);
    await rolled.add(later(days * DAY, MISLEADING));
    await rolled.rollUp();
    expect(await rolled.read(days * DAY)).toMatchObject([days > 7 ? WRONG : RIGHT]);
  });

  it('counts for seven days too when all is rolled up at once', async () => {
    await rolled.take(
      ...PROOF,
      ...later(8 * DAY, both('10.0.0.7', 40_000, '10.0.0.2', 443)),
      ...later(20 * DAY, MISLEADING),
    );
    expect(await rolled.read(20 * DAY)).toMatchObject([WRONG]);
  });

  it('counts for ever on a port that clients are not given', async () => {
    await rolled.take(...stated('10.0.0.9', 51_000, '10.0.0.1', 9001));
    await rolled.add(later(30 * DAY, both('10.0.0.8', 2000, '10.0.0.1', 9001)));
    await rolled.rollUp();
    expect(await rolled.read(30 * DAY)).toMatchObject([{ client: '10.0.0.8', port: 9001, direction: 2 }]);
  });

  it('says nothing on a high port against a registered one', async () => {
    expect(await rolled.take(...PROOF, ...both('10.0.0.1', 49_700, '10.0.0.3', 443))).toMatchObject([
      { client: '10.0.0.9', port: 49_700 },
      { client: '10.0.0.1', server: '10.0.0.3', port: 443, direction: 3 },
    ]);
  });

  it('is one in its own scope only', async () => {
    const scoped = (scope: string) => [...MISLEADING].map((row) => ({ ...row, scope }));
    const proof = PROOF.map((row) => ({ ...row, scope: 'blue' }));
    expect(await rolled.take(...proof, ...scoped('blue'), ...scoped('red'))).toMatchObject([
      { ...RIGHT, scope: 'blue' },
      { scope: 'blue', direction: 1 },
      { ...WRONG, scope: 'red' },
    ]);
  });
});

it('who was asked and did not accept is proved nothing', async () => {
  const refusal = [
    flow('10.0.0.9', 51_000, '10.0.0.1', 49_700, { tcp_flags: TCP.syn }),
    flow('10.0.0.1', 49_700, '10.0.0.9', 51_000, { tcp_flags: TCP.refusal }),
  ];
  await rolled.take(...refusal, flow('10.0.0.9', 51_001, '10.0.0.1', 49_701, { tcp_flags: TCP.syn }));
  expect(await rolled.store.query('SELECT * FROM listeners')).toEqual([]);
});

it('what a sensor saw listening serves, in hours before too', async () => {
  await rolled.take(...MISLEADING);
  await rolled.store.insert('sightings', [
    {
      received: Date.now() * 1000,
      seen: between(30, 40)['start'],
      kind: 'listener',
      address: '::ffff:10.0.0.1',
      protocol: 6,
      port: 49_700,
      value: 'ms-rpc',
    },
  ]);
  expect(await rolled.rollUp()).toBe(1);
  expect(await rolled.read()).toMatchObject([RIGHT]);
  expect(await rolled.rollUp()).toBe(0);
  expect(
    await rolled.store.query('SELECT name, toUnixTimestamp(min(first)) AS first FROM listeners GROUP BY name'),
  ).toEqual([{ name: 'ms-rpc', first: HOUR + 30 }]);
});
