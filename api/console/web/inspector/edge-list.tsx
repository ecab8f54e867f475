import type { VNode } from 'preact';
import type { MapEdge } from '../../../../analytics/layout/view';
import type { Estate } from '../estate';
import type { Go } from '../use-place';
import { number } from '../words';
import { partnersOf } from './partners';

interface Props {
  readonly title: string;
  readonly edges: readonly MapEdge[];
  /** The end to name. */
  readonly end: 'from' | 'to';
  /** Ids of the group and its tiers. */
  readonly inside: ReadonlySet<string>;
  readonly estate: Estate;
  readonly go: Go;
}

/** Lines of the map as buttons: how the keyboard reaches them. */
export function EdgeList({ title, edges, end, inside, estate, go }: Props): VNode | null {
  if (edges.length === 0) return null;
  const partners = partnersOf(edges, end, inside, estate);
  return (
    <>
      <h3>
        {title} <span class="tab-count">{number(partners.length)}</span>
      </h3>
      <ul class="edge-list">
        {partners.map(({ edge, id, connections, shared }) => (
          <li key={edge.id}>
            <button type="button" onClick={() => go({ focus: { kind: 'edge', id: edge.id }, rule: null })}>
              <span>
                {estate.nameOf(id)}
                {edge.state === 'refused' && <span class="badge refused">not proposed</span>}
              </span>
              <span class="mono muted">{edge.label}</span>
              <span class="numeric">
                {number(connections)}
                {shared && <span class="muted"> in all</span>}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {partners.some(({ shared }) => shared) && (
        <p class="muted">In all: connections of everybody whom the rule is about, this group among them.</p>
      )}
    </>
  );
}
