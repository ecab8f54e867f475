import type { VNode } from 'preact';
import type { Refusal } from '../../../../recommender/model/policy';
import { count, REFUSAL_WORDS } from '../words';

/** What was seen and is not proposed. */
export function RefusalList({ refusals }: { readonly refusals: readonly Refusal[] }): VNode {
  if (refusals.length === 0) return <p class="empty">Everything that was seen is covered by a proposed rule.</p>;
  return (
    <ul class="refusals">
      {refusals.map((refusal) => (
        <li key={`${refusal.code} ${refusal.reason}`}>
          <h2>
            <span class="badge refused">{REFUSAL_WORDS[refusal.code]}</span>
            {refusal.reason}
          </h2>
          <p class="muted">
            {count(refusal.dependencies, 'dependency').replace(/dependencys$/, 'dependencies')},{' '}
            {count(refusal.connections, 'connection')}
          </p>
          <ul class="examples">
            {refusal.examples.map((example) => (
              <li key={example}>{example}</li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}
