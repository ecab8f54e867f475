import * as fc from 'fast-check';
import type { Group, Topology } from '../model/topology';
import { layoutMap } from './layout-map';
import type { MapBox, MapLink, MapView } from './view';

function group(id: string, kind: Group['kind'], application: string | null = null, size = 1): Group {
  const members = Array.from({ length: size }, (_, i) => ({ workload: `${id}-${i}`, confidence: 1 }));
  return { id, kind, name: id, application, members, reasons: [] };
}

function topology(groups: readonly Group[]): Topology {
  return { id: 'run-1', window: { from: 0, to: 3600 }, workloads: [], groups };
}

function link(from: string, to: string, more: Partial<MapLink> = {}): MapLink {
  return { from, to, label: '443/tcp', rules: [`${from} ${to}`], connections: 10, state: 'allowed', ...more };
}

const shop = [
  group('shop', 'application', null, 6),
  group('shop/web', 'tier', 'shop', 3),
  group('shop/app', 'tier', 'shop', 2),
  group('shop/db', 'tier', 'shop'),
];
const billing = [group('billing', 'application'), group('billing/api', 'tier', 'billing')];
const estate = topology([...shop, ...billing, group('users', 'external', null, 2), group('dns', 'shared-service')]);
const links = [
  link('users', 'shop/web', { connections: 900 }),
  link('shop/web', 'shop/app', { label: '8443/tcp' }),
  link('shop/app', 'shop/db', { label: '5432/tcp' }),
  link('shop/app', 'billing/api', { label: '9000/tcp' }),
  link('shop/web', 'dns', { label: '53/udp' }),
  link('shop/db', 'dns', { label: '53/udp, 53/tcp', connections: 5 }),
  link('users', 'shop/db', { label: '22/tcp', rules: [], state: 'refused' }),
  link('shop/db', 'shop/db', { label: '7000/tcp' }),
];

function box(view: MapView, id: string): MapBox {
  const found = view.boxes.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no box ${id}`);
  return found;
}

function areLeftToRight(view: MapView, ids: readonly string[]): boolean {
  const boxes = ids.map((id) => box(view, id));
  return boxes.slice(1).every((next, i) => (boxes[i]?.x ?? 0) + (boxes[i]?.width ?? 0) < next.x);
}

describe('a map with everything closed', () => {
  const view = layoutMap({ topology: estate, links, expanded: [] });

  it('puts users on the left, applications in the direction of use, shared services on the right', () => {
    expect(areLeftToRight(view, ['users', 'shop', 'billing', 'dns'])).toBe(true);
    expect(view.regions.map(({ kind }) => kind)).toEqual(['outside', 'applications', 'shared']);
  });

  it('says how much each box holds', () => {
    expect(view.boxes.map(({ label, sublabel, collapsed }) => [label, sublabel, collapsed])).toEqual([
      ['billing', '1 tier, 1 workload', true],
      ['dns', '1 workload', false],
      ['shop', '3 tiers, 6 workloads', true],
      ['users', '2 networks', false],
    ]);
  });

  it('adds the links of the tiers up, apart by state, and leaves out those inside', () => {
    expect(view.edges.map(({ id, label, connections, rules }) => [id, label, connections, rules])).toEqual([
      ['users>shop:allowed', '443/tcp', 900, ['users shop/web']],
      ['shop>dns:allowed', '53/tcp, 53/udp', 15, ['shop/db dns', 'shop/web dns']],
      ['shop>billing:allowed', '9000/tcp', 10, ['shop/app billing/api']],
      ['users>shop:refused', '22/tcp', 10, []],
    ]);
    expect(view.hidden).toEqual({ boxes: 0, edges: 0 });
  });
});

describe('a map with an open application', () => {
  const view = layoutMap({ topology: estate, links, expanded: ['shop', 'no-such-application', 'dns'] });

  it('shows its tiers inside it, in the direction of use', () => {
    expect(areLeftToRight(view, ['shop/web', 'shop/app', 'shop/db'])).toBe(true);
    expect(box(view, 'shop')).toMatchObject({ collapsed: false, parent: null });
    expect(box(view, 'shop/web')).toMatchObject({ parent: 'shop', sublabel: '3 workloads' });
  });

  it('draws the links between tiers, with a loop for a tier that uses itself', () => {
    expect(view.edges.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'users shop/web',
      'shop/app billing',
      'shop/app shop/db',
      'shop/db shop/db',
      'shop/web dns',
      'shop/web shop/app',
      'users shop/db',
      'shop/db dns',
    ]);
    expect(view.edges.find(({ from, to }) => from === to)?.path).toMatch(/^M\d+ \d+C/);
  });

  it('leaves the other boxes in their columns', () => {
    expect(areLeftToRight(view, ['users', 'shop', 'billing', 'dns'])).toBe(true);
  });
});

describe('a map beyond the limits', () => {
  const many = Array.from({ length: 600 }, (_, i) => group(`app-${String(i).padStart(3, '0')}`, 'application'));
  const crowd = topology([...many, ...shop]);
  const busy = [link('shop/web', 'shop/app', { connections: 5 }), link('app-599', 'app-598', { connections: 3 })];

  it('keeps the busiest boxes and says how many it left out', () => {
    const view = layoutMap({ topology: crowd, links: busy, expanded: [] });
    expect(view.boxes).toHaveLength(500);
    expect(view.hidden).toEqual({ boxes: 101, edges: 0 });
    expect(view.boxes.map(({ id }) => id)).toEqual(expect.arrayContaining(['shop', 'app-598', 'app-599']));
  });

  it('keeps an application closed when its tiers do not fit', () => {
    const view = layoutMap({ topology: crowd, links: busy, expanded: ['shop'] });
    expect(box(view, 'shop').collapsed).toBe(true);
    expect(view.hidden.boxes).toBe(104);
  });

  it('counts edges whose box is not shown and edges beyond the limit', () => {
    const mesh = many.slice(0, 60).flatMap((a) => many.slice(0, 60).map((b) => link(a.id, b.id)));
    const last = many.slice(60).map((a) => link(a.id, 'app-000', { connections: 1 }));
    const view = layoutMap({ topology: crowd, links: [...mesh, ...last], expanded: [] });
    expect(view.edges).toHaveLength(1500);
    expect(view.hidden).toEqual({ boxes: 101, edges: mesh.length + last.length - 1500 });
  });
});

it('refuses a link to a group that is not there', () => {
  expect(() => layoutMap({ topology: estate, links: [link('shop', 'nowhere')], expanded: [] })).toThrow(
    expect.objectContaining({ code: 'unknown-group', where: { group: 'nowhere' } }),
  );
});

it('draws nothing for nothing', () => {
  expect(layoutMap({ topology: topology([]), links: [], expanded: [] })).toMatchObject({ boxes: [], edges: [] });
});

describe('any estate', () => {
  const shape = fc.record({
    applications: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 8 }),
    others: fc.array(fc.constantFrom('external', 'shared-service', 'scanner', 'unknown'), { maxLength: 6 }),
    pairs: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat({ max: 50 }), fc.boolean()), { maxLength: 40 }),
    opened: fc.array(fc.nat({ max: 7 }), { maxLength: 8 }),
  });
  const inputs = shape.map(({ applications, others, pairs, opened }) => {
    const groups: Group[] = others.map((kind, i) => group(`o${i}`, kind as Group['kind']));
    const ends = groups.map(({ id }) => id);
    applications.forEach((tiers, i) => {
      groups.push(group(`a${i}`, 'application'));
      for (let tier = 0; tier < tiers; tier++) groups.push(group(`a${i}t${tier}`, 'tier', `a${i}`));
      for (let tier = 0; tier < tiers; tier++) ends.push(`a${i}t${tier}`);
    });
    const all = pairs.flatMap(([f, t, connections, refused]) => {
      const from = ends[f % ends.length];
      const to = ends[t % ends.length];
      if (from === undefined || to === undefined) return [];
      return [link(from, to, { connections, state: refused ? 'refused' : 'allowed' })];
    });
    return { topology: topology(groups), links: all, expanded: opened.map((i) => `a${i}`) };
  });

  it('has no box over another, tiers inside their application and everything on the map', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const view = layoutMap(input);
        for (const a of view.boxes) {
          const around =
            a.parent === null ? { x: 0, y: 0, width: view.width, height: view.height } : box(view, a.parent);
          expect(within(a, around)).toBe(true);
          const siblings = view.boxes.filter((b) => b.id !== a.id && b.parent === a.parent);
          expect(siblings.filter((b) => !apart(a, b))).toEqual([]);
        }
      }),
    );
  });

  it('starts and ends every line at the border of its boxes, without a break', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const view = layoutMap(input);
        for (const { from, to, path } of view.edges) {
          if (from === to) continue;
          const [startX, startY, endX, endY] = endsOf(path);
          expect(onSide(box(view, from), startX, startY)).toBe(true);
          expect(onSide(box(view, to), endX, endY)).toBe(true);
          expect(path.lastIndexOf('M')).toBe(0);
        }
      }),
    );
  });

  it('loses no connection between the boxes it shows', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const open = layoutMap({ ...input, expanded: input.topology.groups.map(({ id }) => id) });
        const drawn = open.edges.reduce((sum, edge) => sum + edge.connections, 0);
        expect(drawn).toBe(input.links.reduce((sum, each) => sum + each.connections, 0));
      }),
    );
  });

  it('does not depend on the order of its input', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const reversed = {
          topology: { ...input.topology, groups: input.topology.groups.toReversed() },
          links: input.links.toReversed(),
          expanded: input.expanded.toReversed(),
        };
        expect(layoutMap(reversed)).toEqual(layoutMap(input));
      }),
    );
  });
});

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function within(a: Rectangle, b: Rectangle): boolean {
  return a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height;
}

function apart(a: Rectangle, b: Rectangle): boolean {
  return a.x + a.width < b.x || b.x + b.width < a.x || a.y + a.height < b.y || b.y + b.height < a.y;
}

function onSide(a: Rectangle, x: number, y: number): boolean {
  return (x === a.x || x === a.x + a.width) && y >= a.y && y <= a.y + a.height;
}

/** Start and end of `M x y (H x | C … x y)*`. */
function endsOf(path: string): [number, number, number, number] {
  const start = /^M(\d+) (\d+)/.exec(path)?.slice(1).map(Number) ?? [];
  let [x = 0, y = 0] = start;
  for (const [, command, text = ''] of path.matchAll(/([HC])([-\d ]+)/g)) {
    const numbers = text.split(' ').map(Number);
    x = (command === 'H' ? numbers[0] : numbers.at(-2)) ?? 0;
    if (command === 'C') y = numbers.at(-1) ?? 0;
  }
  return [start[0] ?? 0, start[1] ?? 0, x, y];
}
