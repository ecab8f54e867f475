import { seededRng } from '../graph/random';
import { findDrawnPorts, type GroupPort, type GroupPorts } from './drawn-ports';

const HOUR = 3_600;
const WEEK = { from: 0, to: 7 * 24 * HOUR };

const life = (port: number, first: number, hours: number, more: Partial<GroupPort> = {}): GroupPort => ({
  port,
  first: first * HOUR,
  last: (first + hours) * HOUR,
  hours,
  servers: 1,
  mayWander: true,
  ...more,
});

/** So many ports at random, each in use for an hour. */
function drawn(count: number, seed: number): GroupPort[] {
  const rng = seededRng(seed);
  const ports = new Set<number>();
  while (ports.size < count) ports.add(32_768 + Math.floor(rng() * 28_000));
  return [...ports].map((port) => life(port, Math.floor(rng() * 160), 1));
}

const groupOf = (group: string, ports: readonly GroupPort[], members = 12): GroupPorts => ({
  group,
  protocol: 6,
  members,
  ports,
});

describe('findDrawnPorts', () => {
  it('finds what a tier draws, which none of its servers shows', () => {
    // Twenty servers of ten ports each.
    const [found] = findDrawnPorts([groupOf('batch', drawn(200, 1), 20)], WEEK);
    expect(found).toMatchObject({ group: 'batch', protocol: 6, fixed: new Set() });
    expect(found?.drawn).toHaveLength(200);
    expect(found?.confidence).toBeGreaterThan(0.5);
    expect(found?.reason).toContain('so few of 200 ports came back');
  });

  it.each<[string, GroupPort]>([
    ['a registered port', life(5432, 3, 1, { mayWander: false })],
    ['what most members serve', life(40_000, 3, 1, { servers: 7 })],
    ['what lasts', life(40_001, 10, 150)],
    ['what comes back day after day', { ...life(40_002, 2, 7), last: 146 * HOUR }],
  ])('leaves fixed %s', (_, port) => {
    const [found] = findDrawnPorts(
      [groupOf('batch', [...drawn(200, 2).filter((each) => each.port > 40_010), port])],
      WEEK,
    );
    expect([...(found?.fixed ?? [])]).toEqual([port.port]);
    expect(found?.drawn).not.toContain(port.port);
  });

  it('takes a few ports, and many that come back, for services of their own', () => {
    const returning = drawn(200, 3).map((port) => ({ ...port, first: 20 * HOUR, last: 100 * HOUR, hours: 2 }));
    expect(findDrawnPorts([groupOf('few', drawn(20, 4)), groupOf('returning', returning)], WEEK)).toEqual([]);
  });

  it('joins groups that show it, of which each may have as many fixed ports as any server', () => {
    const groups = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, i) => groupOf(name, drawn(90, 10 + i)));
    expect(findDrawnPorts(groups.slice(0, 1), WEEK)).toEqual([]);
    const found = findDrawnPorts(groups, WEEK);
    expect(found.map(({ group }) => group)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(found[0]?.reason).toContain('with 5 others that show the same');
  });
});
