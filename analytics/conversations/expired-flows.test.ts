import { both, HOUR, openFlows, type RolledFlows } from './flows.fixture';
import { wholeWindow } from './read';

let rolled: RolledFlows;
beforeAll(async () => {
  rolled = await openFlows();
});
afterEach(() => rolled.clear());
afterAll(() => rolled.close());

const KNOWN = [...both('10.0.0.9', 40_000, '10.0.0.1', 443), ...both('10.0.0.9', 40_001, '10.0.0.1', 443)];

describe('an hour whose raw flows expired', () => {
  it.each([1, 2, 3])('keeps what it knew when %d connections come late', async (count) => {
    await rolled.take(...KNOWN);
    await rolled.store.command('TRUNCATE TABLE flows');
    const received = (HOUR + 90 * 86_400) * 1e6;
    const late = [1, 2, 3].slice(0, count).map((n) => both('10.0.0.8', 40_000 + n, '10.0.0.1', 443, { received }));
    const kept = [
      { client: '10.0.0.8', connections: count },
      { client: '10.0.0.9', connections: 2 },
    ];
    expect(await rolled.take(...late.flat())).toMatchObject(kept);
    const [later = {}] = both('10.0.0.7', 40_000, '10.0.0.1', 443, { received });
    expect(await rolled.take(later)).toMatchObject([{ client: '10.0.0.7' }, ...kept]);
  });

  it('keeps the larger count and the best evidence of what is known and seen again', async () => {
    await rolled.take(...KNOWN);
    await rolled.store.command('TRUNCATE TABLE flows');
    const again = both('10.0.0.9', 40_000, '10.0.0.1', 443, { bytes: 9000, initiator: 0 });
    expect(await rolled.take(...again)).toMatchObject([
      { client: '10.0.0.9', connections: 2, clientBytes: 9000, serverBytes: 12_000, direction: 3 },
    ]);
  });
});

describe('flows that are taken back', () => {
  const recent = KNOWN.map((row) => ({ ...row, received: Date.now() * 1000 }));

  it('take what was known of them along', async () => {
    await rolled.take(...recent, ...both('10.0.0.7', 40_000, '10.0.0.1', 443, { received: Date.now() * 1000 }));
    await rolled.store.command(`DELETE FROM flows WHERE src = '::ffff:10.0.0.7' OR dst = '::ffff:10.0.0.7'`);
    await rolled.store.command(`INSERT INTO stale_hours SELECT toDateTime(${HOUR}), now64(6) + 1`);
    expect(await rolled.rollUp()).toBe(1);
    expect(await rolled.read()).toMatchObject([{ client: '10.0.0.9', connections: 2 }]);
  });

  it('leave an hour empty that had no others', async () => {
    await rolled.take(...recent);
    await rolled.store.command('TRUNCATE TABLE flows');
    await rolled.store.command(`INSERT INTO stale_hours SELECT toDateTime(${HOUR}), now64(6) + 1`);
    expect(await rolled.rollUp()).toBe(1);
    expect(await rolled.read()).toEqual([]);
    expect(await wholeWindow(rolled.store)).toBeNull();
  });
});
