import type { VNode } from 'preact';
import type { MapBox, MapView, RegionKind } from '../../../../analytics/layout/view';

const HEADINGS: Readonly<Record<RegionKind, string>> = {
  outside: 'Clients and networks',
  applications: 'Applications',
  shared: 'Shared services',
};

/** What lies under the lines: headings of the regions and the ground of open applications. */
export function Backdrop({ view, open }: { readonly view: MapView; readonly open: readonly MapBox[] }): VNode {
  return (
    <g aria-hidden="true">
      {view.regions.map(({ kind, x, width }) => (
        <g key={kind}>
          <text class="region" x={x} y={34}>
            {HEADINGS[kind]}
          </text>
          <path class="region-line" d={`M${x} 44H${x + width}`} />
        </g>
      ))}
      {open.map(({ id, x, y, width, height }) => (
        <rect key={id} class="ground" x={x} y={y} width={width} height={height} rx="9" />
      ))}
    </g>
  );
}

/** Arrow heads; one per state, because a marker does not take the colour of its line. */
export function Arrows(): VNode {
  return (
    <defs>
      {(['allowed', 'refused', 'denied', 'unprotected', 'unknown'] as const).map((state) => (
        <marker
          key={state}
          id={`arrow-${state}`}
          class={`arrow ${state}`}
          viewBox="0 0 10 10"
          refX="9"
          refY="5"
          markerWidth="8"
          markerHeight="8"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M0.5 1L9.5 5L0.5 9L3 5z" />
        </marker>
      ))}
    </defs>
  );
}
