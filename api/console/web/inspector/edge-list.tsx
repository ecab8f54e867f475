import type { VNode } from 'preact';
import type { MapEdge } from '../../../../analytics/layout/view';
import type { Estate } from '../estate';
import type { Go } from '../use-place';
import { number } from '../words';

interface Props {
  readonly title: string;
  readonly edges: readonly MapEdge[];
  /** The end to name. */
  readonly end: 'from' | 'to';
  readonly estate: Estate;
  readonly go: Go;
}

/** Lines of the map as buttons: how the keyboard reaches them. */
export function EdgeList({ title, edges, end, estate, go }: Props): VNode | null {
  if (edges.length === 0) return null;
  return (
    <>
      <h3>
        {title} <span class="tab-count">{number(edges.length)}</span>
      </h3>
      <ul class="edge-list">
        {edges.map((edge) => (
          <li key={edge.id}>
            <button type="button" onClick={() => go({ focus: { kind: 'edge', id: edge.id }, rule: null })}>
              <span>
                {estate.nameOf(edge[end])}
                {edge.state === 'refused' && <span class="badge refused">not proposed</span>}
              </span>
              <span class="mono muted">{edge.label}</span>
              <span class="numeric">{number(edge.connections)}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
