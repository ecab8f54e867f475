import type { VNode } from 'preact';
import type { Override } from '../../../../recommender/lifecycle/model';
import { moment } from '../words';

/** What was enforced although the proof did not pass. */
export function Overrides({ overrides }: { readonly overrides: readonly Override[] }): VNode | null {
  if (overrides.length === 0) return null;
  return (
    <ul class="warning" aria-label="Enforced against the proof">
      {overrides.map(({ at, by, gate, reason, revision }) => (
        <li key={`${at} ${by}`}>
          Revision {revision} was enforced by {by} on {moment(at)} UTC against the proof ({gate}): {reason}
        </li>
      ))}
    </ul>
  );
}
