import { tcp } from '../model/policy.fixture';
import { activities, type Activity } from './activity';
import { use } from './topology.fixture';

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** 2026-01-01, a Thursday. */
const FROM = 1_767_225_600;
const window = (days: number) => ({ from: FROM, to: FROM + days * DAY });

/** Whole hours of a use, counted from the beginning of the window. */
function at(hours: readonly number[]): Activity {
  const days = [...new Set(hours.map((hour) => Math.floor(hour / 24)))];
  const mask = (from: number) =>
    days.reduce((bits, day) => (day >= from && day < from + 31 ? bits | (1 << (day - from)) : bits), 0);
  return {
    client: 'etl-1',
    server: 'db-1',
    protocol: 6,
    port: 22,
    days: [mask(0), mask(31)],
    hours: hours.map((hour) => FROM + hour * HOUR),
  };
}

const ask = (hours: readonly number[], days: number) =>
  activities(
    [at(hours)],
    window(days),
  )([
    use('etl-1', 'db-1', tcp(22), {
      firstSeen: FROM + (hours[0] ?? 0) * HOUR,
      lastSeen: FROM + (hours.at(-1) ?? 0) * HOUR + 60,
    }),
  ]);

describe('activities', () => {
  it('gives what is used every day no lease', () => {
    expect(
      ask(
        Array.from({ length: 28 }, (_, day) => day * 24 + 9),
        28,
      ),
    ).toEqual({ days: 28 });
  });

  it('cannot tell of a short window', () => {
    expect(ask([3], 7)).toEqual({ days: 1 });
  });

  it('finds a weekly backup that runs past midnight', () => {
    const nights = [0, 1, 2, 3].flatMap((week) => [0, 1, 2, 3].map((hour) => (week * 7 + 2) * 24 + 22 + hour));
    const { lease, days } = ask(nights, 28);
    expect(days).toBe(8);
    expect(lease?.calendar).toEqual({
      period: 'weekly',
      days: [6],
      hours: { from: 22, to: 2 },
      words: 'on Saturdays, 22:00 to 02:00 UTC',
    });
  });

  it('finds the end of the month', () => {
    const { lease, days } = ask([30 * 24 + 20, 30 * 24 + 21, 58 * 24 + 20], 60);
    expect(days).toBe(2);
    expect(lease?.calendar).toEqual({
      period: 'monthly',
      days: [-1],
      hours: { from: 20, to: 22 },
      words: 'on the last day of the month, 20:00 to 22:00 UTC',
    });
    expect(lease?.expires).toBe('2026-05-10T00:00:00.000Z');
    expect(lease?.reason).toBe(
      'seen on 2 of 60 days, on the last day of the month, 20:00 to 22:00 UTC; it lapses when it is missed twice',
    );
  });

  it('gives what shows no period a month', () => {
    const { lease } = ask([3 * 24, 9 * 24 + 5], 28);
    expect(lease?.calendar).toBeNull();
    expect(lease?.reason).toContain('seen on 2 of 28 days');
  });
});
