import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { estateOf } from '../../fixtures/generate/estate';
import { g22Like } from '../../fixtures/generate/profile/g22-like';
import { describeShared } from '../../fixtures/shared-data';
import { ANCHORS, TOLERANCE } from './calibration/anchors';
import { calibrateG21, calibrateG22 } from './calibration/calibrate';
import { figuresOf, type Figure } from './calibration/figures';
import { HourlyEdges } from './calibration/hourly-edges';

/** The published network has 33,000; fewer hosts leave less room for those with hundreds of peers. */
const G22_HOSTS = 4_000;

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
  const { figures, denied } = calibrateG22(estateOf(g22Like({ hosts: G22_HOSTS }), 1));

  it('looks like g22, each figure within a factor of two', () => {
    expect(outside(figures, ANCHORS['g22-like'])).toEqual([]);
  });

  it('has as much the next day that the first did not show', () => {
    expect(denied).toBeGreaterThan(0.4);
    expect(denied).toBeLessThan(0.55);
  });
});

describeShared('g21 itself', ['hosts-g21', 'hourly'], (folder) => {
  it('has the figures that stand as its anchors', () => {
    const files = readdirSync(folder)
      .filter((name) => name.endsWith('.gz'))
      .sort();
    const observed = new HourlyEdges();
    for (const [hour, file] of files.entries()) {
      for (const line of gunzipSync(readFileSync(join(folder, file)))
        .toString('utf8')
        .split('\n')) {
        const [, client = '', server = '', ports = ''] = line.split('\t');
        if (client === server) continue;
        for (const entry of ports.split(',')) {
          const [port = 0, protocol = 0, packets = 0] = entry.split(/[p-]/).map(Number);
          observed.add(client, server, port, protocol, hour, packets);
        }
      }
    }
    const figures = figuresOf(observed.edges, files.length);
    const off = Object.entries(ANCHORS['g21-like']).filter(
      ([figure, anchor]) => ratio(figures[figure as Figure], anchor) > 1.05,
    );
    expect(off).toEqual([]);
  });
});
