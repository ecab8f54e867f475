import { placeLabels } from './labels';
import { mergedLabel } from './merged-label';

const level = (y: number): { x: number; y: number }[] => [
  { x: 0, y },
  { x: 200, y },
];

describe('placeLabels', () => {
  it('puts a label in the middle of its line', () => {
    expect(placeLabels([{ id: 'a', label: '443/tcp', points: level(50) }], []).get('a')).toEqual({ x: 100, y: 50 });
  });

  it('leaves out the less important of two that would cover each other', () => {
    const placed = placeLabels(
      [
        { id: 'busy', label: '443/tcp', points: level(50) },
        { id: 'quiet', label: '22/tcp', points: level(56) },
        { id: 'far', label: '53/udp', points: level(90) },
      ],
      [],
    );
    expect([...placed.keys()]).toEqual(['busy', 'far']);
  });

  it('leaves out what does not fit on the line or would cover a box', () => {
    const line = { id: 'a', label: '443/tcp', points: level(50) };
    const area = { id: 'b', parent: null, kind: 'tier', label: '', sublabel: '', collapsed: false } as const;
    expect(placeLabels([{ ...line, label: 'x'.repeat(40) }], []).size).toBe(0);
    expect(placeLabels([line], [{ ...area, x: 90, y: 40, width: 20, height: 20 }]).size).toBe(0);
  });
});

it.each([
  [['8443/tcp'], '8443/tcp'],
  [['443/tcp', '53/udp, 443/tcp'], '53/udp, 443/tcp'],
  [['8443/tcp, 22/tcp', '443/tcp', 'icmp echo'], '22/tcp, 443/tcp +2'],
  [[''], ''],
])('mergedLabel(%j) is "%s"', (labels, expected) => {
  expect(mergedLabel(labels)).toBe(expected);
});
