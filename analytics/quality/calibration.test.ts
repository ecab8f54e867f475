import { estateOf } from '../../fixtures/generate/estate';
import { g22Like } from '../../fixtures/generate/profile/g22-like';
import { describeShared } from '../../fixtures/shared-data';
import { ANCHORS, TOLERANCE } from './calibration/anchors';
import { calibrateG21, calibrateG22 } from './calibration/calibrate';
import { figuresOf, type Figure } from './calibration/figures';
import { HourlyEdges } from './calibration/hourly-edges';
import { readHourlyFiles } from './groups/hourly-files';

/** The published network has 33,000; fewer hosts leave less room for those with hundreds of peers. */
const G22_HOSTS = 4_000;
/** Enough for what comes and goes, which is the same at any size. */
const FEW_HOSTS = 1_000;

const ratio = (value: number, anchor: number) => Math.max(value / anchor, anchor / value);
const outside = (figures: Readonly<Record<Figure, number>>, anchors: Readonly<Partial<Record<Figure, number>>>) =>
  Object.entries(anchors)
    .map(([figure, anchor]) => ({ figure, anchor, value: figures[figure as Figure] }))
    .filter(({ value, anchor }) => ratio(value, anchor) > TOLERANCE);

describe.each([1])('an estate like g21 from seed %d', (seed) => {
  const { figures, louvain, neighbours, denied } = calibrateG21(seed);

  it('looks like g21, each figure within a factor of two', () => {
    expect(outside(figures, ANCHORS['g21-like'])).toEqual([]);
  });

  it('is as hard to group by communication, and by neighbours', () => {
    expect(louvain).toBeLessThan(0.1);
    expect(neighbours).toBeGreaterThan(0.5);
    expect(neighbours).toBeLessThan(0.8);
  });

  it('has as much the next day that the first did not show', () => {
    expect(denied).toBeGreaterThan(0.1);
    expect(denied).toBeLessThan(0.2);
  });
});

describe('an estate like g22', () => {
  const { figures, louvain, ports, neighbours } = calibrateG22(estateOf(g22Like({ hosts: G22_HOSTS }), 1), 1);

  it('looks like g22, each figure within a factor of two', () => {
    expect(outside(figures, ANCHORS['g22-like'])).toEqual([]);
  });

  it('is as hard to group by communication, by ports and by neighbours', () => {
    expect(louvain).toBeGreaterThan(0.05);
    expect(louvain).toBeLessThan(0.2);
    expect(ports).toBeGreaterThan(0.3);
    expect(ports).toBeLessThan(0.45);
    expect(neighbours).toBeGreaterThan(-0.05);
    expect(neighbours).toBeLessThan(0.25);
  });

  it('has as much the next day that the first did not show', () => {
    const { denied } = calibrateG22(estateOf(g22Like({ hosts: FEW_HOSTS }), 1));
    expect(denied).toBeGreaterThan(0.4);
    expect(denied).toBeLessThan(0.55);
  });
});

describeShared('g21 itself', ['hosts-g21'], (folder) => {
  it('has the figures that stand as its anchors', async () => {
    const observed = new HourlyEdges();
    const { hours } = await readHourlyFiles(folder, (client, server, port, protocol, hour, packets) => {
      if (client !== server) observed.add(String(client), String(server), port, protocol, hour, packets);
    });
    const figures = figuresOf(observed.edges, hours);
    const off = Object.entries(ANCHORS['g21-like']).filter(
      ([figure, anchor]) => ratio(figures[figure as Figure], anchor) > 1.05,
    );
    expect(off).toEqual([]);
  });
});
