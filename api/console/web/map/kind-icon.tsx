import type { VNode } from 'preact';
import type { GroupKind } from '../../../../analytics/model/topology';

/** Drawn in a square of 16, as strokes. */
const SHAPES: Readonly<Record<GroupKind, string>> = {
  application: 'M2 3h12v10H2zM2 6.5h12M4.2 4.8h.1M6.2 4.8h.1',
  tier: 'M2.5 2.5h11v4.5h-11zM2.5 9h11v4.5h-11zM5 4.8h.1M5 11.2h.1',
  'shared-service':
    'M8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4M8 1.5V6M8 10v4.5M2.4 4.8l3.9 2.2M9.7 9l3.9 2.2M13.6 4.8L9.7 7M6.3 9l-3.9 2.2',
  scanner: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9M10.2 10.2l3.6 3.6',
  external: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8M1.8 8h12.4M8 1.8c4 4 4 8.4 0 12.4M8 1.8c-4 4-4 8.4 0 12.4',
  unknown: 'M5.6 6a2.4 2.4 0 1 1 3.6 2c-.8.5-1.2.9-1.2 1.9M8 12.3h.1',
};

export function KindIcon({ kind, x, y }: { readonly kind: GroupKind; readonly x: number; readonly y: number }): VNode {
  return <path class="kind-icon" d={SHAPES[kind]} transform={`translate(${x} ${y})`} aria-hidden="true" />;
}
