import { seededRng } from '../../analytics/graph/random';
import { firstDays, shareNew, type Incidence } from './incidence';
import { forecastOf, outlookOf } from './forecast';
import { foundWithin, rareOf, undetected, unseenShare } from './unseen';

/** Kinds that are used on a day with a chance of their own; what is used rarely is used little. */
function sequence(seed: number, days: number, kinds = 300): { incidence: Incidence; unseen: number; total: number } {
  const rng = seededRng(seed);
  const traits = Array.from({ length: kinds }, () => {
    const chance = Math.min(1, 0.02 / (0.02 + rng() ** 3));
    return { chance, connections: 1 + Math.floor(50 * chance) };
  });
  const connections = Array.from({ length: days }, () => 0);
  let [unseen, every] = [0, 0];
  const seen = traits.flatMap(({ chance, connections: each }) => {
    const on = connections.flatMap((_, day) => (rng() < chance ? day : []));
    for (const day of on) connections[day] = (connections[day] ?? 0) + each;
    every += chance * each;
    if (on.length > 0) return { on, connections: on.map(() => each) };
    unseen += chance * each;
    return [];
  });
  const epochs = connections.map((_, day) => day * 86_400);
  return {
    incidence: { days: epochs, connections, uncovered: connections.map(() => 0), kinds: seen },
    unseen: unseen / every,
    total: kinds,
  };
}

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed + 1);
const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;

describe('forecast', () => {
  it.each([8, 14, 28])('estimates what %i days have not shown', (days) => {
    const runs = SEEDS.map((seed) => sequence(seed, days));
    const estimated = mean(runs.map(({ incidence }) => unseenShare(rareOf(incidence))));
    const actual = mean(runs.map(({ unseen }) => unseen));
    expect(Math.abs(estimated - actual)).toBeLessThan(0.15 * actual);
  });

  it('holds what comes about as often as it says', () => {
    const held = SEEDS.flatMap((seed) => {
      const { incidence } = sequence(seed, 21);
      return [1, 7].flatMap((days) => {
        const outlook = outlookOf(firstDays(incidence, 14), days);
        const came = shareNew(incidence, 14, days);
        return outlook ? [outlook.interval[0] <= came && came <= outlook.interval[1] ? 1 : 0] : [];
      });
    });
    expect(held).toHaveLength(80);
    expect(mean(held)).toBeGreaterThan(0.8);
  });

  it('tells how many kinds there are, and how many a week would add', () => {
    const runs = SEEDS.map((seed) => ({ ...sequence(seed, 21), before: firstDays(sequence(seed, 21).incidence, 14) }));
    const found = mean(runs.map(({ incidence }) => incidence.kinds.length));
    const expected = mean(runs.map(({ before }) => before.kinds.length + foundWithin(rareOf(before), 7)));
    expect(Math.abs(found - expected)).toBeLessThan(0.02 * found);
    // Chao2 is a lower bound.
    expect(mean(runs.map(({ before }) => before.kinds.length + undetected(rareOf(before))))).toBeLessThan(300);
  });

  it('checks itself against what later days brought', () => {
    const { calibration, held, outlooks, discovery, words } = forecastOf(sequence(3, 12).incidence);
    expect(calibration.filter(({ days }) => days === 1)).toHaveLength(8);
    expect(calibration.filter(({ days }) => days === 7)).toHaveLength(2);
    expect(held).toBeGreaterThan(0.5);
    expect(outlooks.map(({ days }) => days)).toEqual([1, 7]);
    expect(discovery).toHaveLength(12);
    expect(words).toMatch(/^enforcing today, expect [\d.]+ % of next week's connections to be without a rule/);
  });

  it('counts what was seen and left out as without a rule', () => {
    const { incidence } = sequence(5, 10);
    const uncovered = incidence.connections.map((count) => count / 10);
    const [day] = forecastOf({ ...incidence, uncovered }).outlooks;
    expect(day?.uncovered).toBeCloseTo(0.1);
    expect(day?.share).toBeCloseTo((day?.unseen ?? 0) + 0.1);
  });

  it.each([
    [0, 'no forecast: it takes 4 days with traffic, and the window has 0; it lacks 4'],
    [3, 'no forecast: it takes 4 days with traffic, and the window has 3; it lacks 1'],
  ])('says what is missing after %i days', (days, words) => {
    expect(forecastOf(sequence(1, days).incidence)).toMatchObject({ outlooks: [], calibration: [], held: null, words });
  });
});
