import type { VNode } from 'preact';
import type { MapEdge } from '../../../../analytics/layout/view';

interface Props {
  readonly edge: MapEdge;
  /** "web of shop to app of shop" */
  readonly words: string;
  readonly onPick: () => void;
}

/**
 * One line of the map. Reached by pointer only: for the keyboard, the details of each box list its lines as buttons.
 */
export function Edge({ edge, words, onPick }: Props): VNode {
  return (
    <g
      class={`edge ${edge.state}`}
      data-edge={edge.id}
      onClick={(event) => {
        event.stopPropagation();
        onPick();
      }}
    >
      <title>{`${words}\n${edge.label}`}</title>
      <path class="reach" d={edge.path} />
      <path
        class="line"
        d={edge.path}
        stroke-width={thickness(edge.connections)}
        marker-end={`url(#arrow-${edge.state})`}
      />
    </g>
  );
}

/** Advance of the label's 11 px monospace. */
const CHARACTER = 6.62;

export function EdgeLabel({ edge }: { readonly edge: MapEdge }): VNode | null {
  if (edge.labelAt === null) return null;
  const width = edge.label.length * CHARACTER + 4;
  return (
    <g class={`edge-label ${edge.state}`} transform={`translate(${edge.labelAt.x} ${edge.labelAt.y})`}>
      <rect x={-width / 2} y="-8" width={width} height="16" rx="4" />
      <text y="4">{edge.label}</text>
    </g>
  );
}

/** 1.25 to 3 px, a decade of connections each 0.35. */
function thickness(connections: number): number {
  return Math.min(3, 1.25 + 0.35 * Math.log10(Math.max(1, connections)));
}
