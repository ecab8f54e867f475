import type { VNode } from 'preact';
import type { LinkState, MapView } from '../../../../analytics/layout/view';
import type { Lines } from '../hash';
import { count, KIND_WORDS } from '../words';
import { KindIcon } from './kind-icon';

/** What a state of a line means, in each way to look at them. */
const STATES: Readonly<Record<Lines, readonly (readonly [state: LinkState, words: string])[]>> = {
  proposed: [
    ['allowed', 'Proposed to allow'],
    ['refused', 'Seen, not proposed'],
  ],
  draft: [
    ['allowed', 'Allowed by a rule'],
    ['denied', 'Denied'],
    ['unprotected', 'Unprotected'],
    ['unknown', 'Unknown'],
  ],
  observed: [
    ['allowed', 'Let through by a firewall'],
    ['unprotected', 'Answered, no firewall said anything'],
    ['denied', 'Blocked'],
    ['unknown', 'Unanswered'],
  ],
};

interface Props {
  readonly view: MapView;
  readonly lines: Lines;
}

/** What lines and symbols mean, and what the map leaves out. */
export function Legend({ view, lines }: Props): VNode {
  const kinds = [...new Set(view.boxes.map(({ kind }) => kind))].sort();
  const { boxes, edges } = view.hidden;
  return (
    <div class="legend">
      <ul aria-label="Legend">
        {STATES[lines].map(([state, meaning]) => (
          <li key={state}>
            <Sample state={state} />
            {meaning}
          </li>
        ))}
        {kinds.map((kind) => (
          <li key={kind} class={`kind-${kind}`}>
            <svg width="16" height="16" aria-hidden="true">
              <KindIcon kind={kind} x={0} y={0} />
            </svg>
            {KIND_WORDS[kind]}
          </li>
        ))}
      </ul>
      {boxes + edges > 0 && (
        <p class="hidden-note" role="note">
          {[...(boxes > 0 ? [count(boxes, 'box', 'boxes')] : []), ...(edges > 0 ? [count(edges, 'line')] : [])].join(
            ' and ',
          )}{' '}
          {boxes + edges === 1 ? 'is' : 'are'} not drawn; the table has all rules.
        </p>
      )}
    </div>
  );
}

function Sample({ state }: { readonly state: LinkState }): VNode {
  return (
    <svg width="34" height="12" class={`edge ${state}`} aria-hidden="true">
      <path class="line" d="M1 6H27" stroke-width="2" marker-end={`url(#arrow-${state})`} />
    </svg>
  );
}
