import type { VNode } from 'preact';
import type { Estate } from '../estate';
import type { Go } from '../use-place';
import { number } from '../words';

export interface Change {
  readonly text: string;
  /** Ids of groups it is about. */
  readonly groups: readonly string[];
}

interface Props {
  readonly title: string;
  readonly changes: readonly Change[];
  readonly estate: Estate;
  readonly go: Go;
}

const SHOWN = 50;

export function ChangeList({ title, changes, estate, go }: Props): VNode {
  return (
    <section>
      <h2>
        {title} <span class="tab-count">{number(changes.length)}</span>
      </h2>
      <ul class="reasons">
        {changes.slice(0, SHOWN).map(({ text, groups }) => {
          const shown = groups.find((id) => estate.group(id) !== undefined);
          return (
            <li key={text}>
              {text}
              {shown !== undefined && (
                <>
                  {' '}
                  <button
                    type="button"
                    class="link"
                    aria-label={`Show ${estate.nameOf(shown)}`}
                    onClick={() => go({ focus: { kind: 'box', id: shown }, rule: null })}
                  >
                    show
                  </button>
                </>
              )}
            </li>
          );
        })}
      </ul>
      {changes.length > SHOWN && (
        <p class="muted">
          and {number(changes.length - SHOWN)} more; <code>wayleave groups diff --json</code> lists all
        </p>
      )}
    </section>
  );
}
