import { profileOf } from './profile';
import { hourOf, openTestStore, putHours, TEN, type TestStore } from './testing/conversations';

jest.setTimeout(60_000);

let test: TestStore;
const KEY = { scope: '', client: '10.0.0.9', server: '10.1.1.5', protocol: 6, port: 443 };
const EVER = { from: 0, to: 0xffff_ffff };

beforeAll(async () => {
  test = await openTestStore('profile');
  const bytes = (client: number) => ({ client_bytes: client, server_bytes: 0 });
  await putHours(test.store, [
    hourOf(0, '10.0.0.9', '10.1.1.5', bytes(100)),
    hourOf(0, '10.0.0.9', '10.1.1.5', { ...bytes(100), client_from: TEN + 1800, connections: 3 }),
    hourOf(1, '10.0.0.9', '10.1.1.5', bytes(300)),
    hourOf(24 * 7, '10.0.0.9', '10.1.1.5', bytes(500)),
    hourOf(2, '10.0.0.8', '10.1.1.5'),
  ]);
});
afterAll(() => test.close());

it('says when and how much, by hour and over the week', async () => {
  const profile = await profileOf(test.store, KEY, EVER);
  expect(profile).toMatchObject({
    conversation: '10.0.0.9 -> 10.1.1.5:443/tcp',
    activeHours: 3,
    activeDays: 2,
    firstSeen: TEN + 60,
    lastSeen: TEN + 24 * 7 * 3600 + 120,
    bytesPerHour: { least: 200, median: 300, upperQuartile: 400, most: 500 },
    connectionsPerHour: { least: 1, median: 1, most: 4 },
    series: [
      { hour: TEN, connections: 4, clientBytes: 200 },
      { hour: TEN + 3600, connections: 1, clientBytes: 300 },
      { hour: TEN + 24 * 7 * 3600, connections: 1, clientBytes: 500 },
    ],
  });
  expect(profile?.week.hours[0]?.slice(9, 13)).toEqual([0, 2, 1, 0]);
  expect(profile?.week.bytes[0]?.[10]).toBe(700);
  expect(profile?.week.connections.flat().reduce((sum, number) => sum + number, 0)).toBe(6);
  expect(profile?.week.hours.map((day) => day.length)).toEqual([24, 24, 24, 24, 24, 24, 24]);
});

it('keeps to the window, and knows when there is nothing', async () => {
  expect(await profileOf(test.store, KEY, { from: TEN, to: TEN + 3600 })).toMatchObject({ activeHours: 1 });
  expect(await profileOf(test.store, { ...KEY, port: 80 }, EVER)).toBeUndefined();
});
