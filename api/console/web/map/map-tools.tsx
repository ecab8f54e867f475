import type { VNode } from 'preact';
import type { MapBox } from '../../../../analytics/layout/view';
import type { PoliciesAnswer } from '../../contract';
import { chosenOf } from '../client';
import type { Lines, Place } from '../hash';
import { PolicyChoice } from '../policies/policy-choice';
import type { Go } from '../use-place';

interface Props {
  readonly place: Place;
  readonly policies: PoliciesAnswer;
  readonly boxes: readonly MapBox[];
  readonly go: Go;
  readonly fit: () => void;
  readonly zoomBy: (factor: number) => void;
}

const STEP = 1.3;

const LINES: readonly { readonly id: Lines; readonly title: string }[] = [
  { id: 'proposed', title: 'What is proposed' },
  { id: 'draft', title: 'What the policy says' },
  { id: 'observed', title: 'What became of it' },
];

export function MapTools({ place: { lines, policy }, policies, boxes, go, fit, zoomBy }: Props): VNode {
  const applications = boxes.filter(({ kind }) => kind === 'application');
  const closed = applications.filter(({ collapsed }) => collapsed);
  return (
    <div class="toolbar map-tools">
      <select
        aria-label="Lines"
        value={lines}
        onChange={({ currentTarget }) =>
          go({ lines: LINES.find(({ id }) => id === currentTarget.value)?.id ?? 'proposed' })
        }
      >
        {LINES.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
      {lines !== 'proposed' && (
        <PolicyChoice policies={policies} chosen={chosenOf(policies, policy)?.id} choose={(id) => go({ policy: id })} />
      )}
      <button type="button" class="button" onClick={fit}>
        Fit
      </button>
      <button type="button" class="button" aria-label="Zoom in" onClick={() => zoomBy(STEP)}>
        +
      </button>
      <button type="button" class="button" aria-label="Zoom out" onClick={() => zoomBy(1 / STEP)}>
        −
      </button>
      <button
        type="button"
        class="button"
        disabled={closed.length === 0}
        onClick={() => go({ expanded: applications.map(({ id }) => id) })}
      >
        Open all
      </button>
      <button
        type="button"
        class="button"
        disabled={closed.length === applications.length}
        onClick={() => go({ expanded: [] })}
      >
        Close all
      </button>
    </div>
  );
}
