import { both, later, openFlows, type RolledFlows } from './flows.fixture';

let rolled: RolledFlows;
beforeAll(async () => {
  rolled = await openFlows();
});
afterEach(() => rolled.clear());
afterAll(() => rolled.close());

/** A session with a server on a port that clients are given too, and by the lower port the wrong way round. */
const use = (client: string, clientPort: number) => both(client, clientPort, '10.0.0.1', 49_700);
const FIRST = use('10.0.0.9', 49_001);
const UNDECIDED = { client: '10.0.0.1', server: '10.0.0.9', port: 49_001, direction: 6 };
const decided = (client: string, confidence: number) => ({
  client,
  server: '10.0.0.1',
  port: 49_700,
  direction: 5,
  confidence,
});

it('nothing tells of a port that was used once', async () => {
  expect(await rolled.take(...FIRST)).toMatchObject([UNDECIDED]);
});

it('the end that is used again serves, the surer the more often', async () => {
  const uses = Array.from({ length: 12 }, (_, n) => use('10.0.0.9', 49_001 + n));
  expect(await rolled.take(...uses.slice(0, 2).flat())).toMatchObject([
    { ...decided('10.0.0.9', 0.5), connections: 2 },
  ]);
  expect(await rolled.take(...uses.slice(2).flat())).toMatchObject([{ ...decided('10.0.0.9', 0.9), connections: 12 }]);
});

it('an end that repeats hours later serves then, and did so before', async () => {
  await rolled.take(...FIRST);
  await rolled.add(later(30, use('10.0.0.8', 49_011)));
  expect(await rolled.rollUp()).toBe(2);
  expect(await rolled.read(30)).toMatchObject([decided('10.0.0.8', 0.5)]);
  expect(await rolled.read()).toMatchObject([decided('10.0.0.9', 0.5)]);
  expect(await rolled.rollUp()).toBe(0);
});

it('a third time changes nothing in hours that are decided', async () => {
  await rolled.take(...FIRST);
  for (const hours of [30, 60]) {
    await rolled.add(later(hours, use('10.0.0.8', 49_011 + hours)));
    await rolled.rollUp();
  }
  await rolled.add(later(90, use('10.0.0.8', 49_010)));
  expect(await rolled.rollUp()).toBe(1);
});

it('hours more than a week away tell nothing', async () => {
  await rolled.take(...FIRST);
  await rolled.add(later(8 * 24, use('10.0.0.8', 49_011)));
  expect(await rolled.rollUp()).toBe(1);
  expect(await rolled.read(8 * 24)).toMatchObject([{ direction: 6 }]);
});

it('three to one overrules the ephemeral range, two do not', async () => {
  const misleading = [1, 2, 3].map((n) => both(`10.0.0.${n + 5}`, 20_000 + n, '10.0.0.1', 49_700));
  expect(await rolled.take(...misleading.slice(1).flat())).toMatchObject([{ direction: 4 }, { direction: 4 }]);
  expect(await rolled.take(...misleading.slice(0, 1).flat())).toMatchObject(
    [6, 7, 8].map((host) => decided(`10.0.0.${host}`, 0.667)),
  );
});

it('does not overrule a registered port', async () => {
  const mail = [1, 2, 3, 4].map((n) => both('10.0.0.9', 50_001, `10.0.0.${n}`, 443));
  expect(await rolled.take(...mail.flat())).toMatchObject(
    [1, 2, 3, 4].map((n) => ({ server: `10.0.0.${n}`, direction: 3 })),
  );
});

it('is counted within its scope', async () => {
  const scoped = ['blue', 'red'].flatMap((scope, n) => use('10.0.0.9', 49_001 + n).map((row) => ({ ...row, scope })));
  expect(await rolled.take(...scoped)).toMatchObject([
    { scope: 'blue', direction: 6 },
    { scope: 'red', direction: 6 },
  ]);
});
