import { createIdentity, namesBetween } from './owners';
import { openTestStore, own, TEN, type TestStore } from './testing/conversations';

jest.setTimeout(60_000);

let test: TestStore;
const HOUR = 3600;
const ask = (values: string[], within = {}, limit = 10) =>
  createIdentity(test.store).addressesOf({ label: null, operator: '=', values }, within, limit);

beforeAll(async () => {
  test = await openTestStore('owners');
  await own(test.store, '10.0.0.1', 'web', { to: 1 });
  await own(test.store, '10.0.0.1', 'app', { from: 1 });
  await own(test.store, '10.0.0.2', 'web');
});
afterAll(() => test.close());

it('finds addresses, and when they belonged to whom', async () => {
  expect(await ask(['web'])).toEqual([{ address: '10.0.0.1', until: (TEN + HOUR) * 1000 }, { address: '10.0.0.2' }]);
  expect(await ask(['id-app'])).toEqual([{ address: '10.0.0.1', since: (TEN + HOUR) * 1000 }]);
  expect(await ask(['web'], { from: TEN + HOUR })).toEqual([{ address: '10.0.0.2' }]);
  expect(await ask(['web', 'app'], { to: TEN }, 1)).toHaveLength(1);
  expect(await ask(['db'])).toEqual([]);
});

it('names who had an address between two moments, in order of time', async () => {
  const owned = await createIdentity(test.store).ownershipsOf(['10.0.0.1'], TEN, TEN + 2 * HOUR);
  const names = (from: number, to: number) => namesBetween(owned, { scope: 'vpc-1', address: '10.0.0.1' }, from, to);
  expect(names(TEN, TEN + 2 * HOUR)).toEqual(['web', 'app']);
  expect(names(TEN, TEN + HOUR - 1)).toEqual(['web']);
  expect(names(TEN + HOUR, TEN + HOUR)).toEqual(['app']);
});

it('tells scopes apart where an address is known in more than one', async () => {
  await own(test.store, '10.0.0.2', 'other', { scope: 'vpc-1' });
  expect(await ask(['other'])).toEqual([{ scope: 'vpc-1', address: '10.0.0.2' }]);
  expect(await ask(['web'], { from: TEN + HOUR })).toEqual([{ address: '10.0.0.2', exceptScopes: ['vpc-1'] }]);
  expect(await ask(['app'])).toEqual([{ address: '10.0.0.1', since: (TEN + HOUR) * 1000 }]);
  const owned = await createIdentity(test.store).ownershipsOf(['10.0.0.2'], TEN, TEN);
  const names = ['vpc-1', 'vpc-2', ''].map((scope) => namesBetween(owned, { scope, address: '10.0.0.2' }, TEN, TEN));
  expect(names).toEqual([['other'], ['web'], ['web']]);
});
