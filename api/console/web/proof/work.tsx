import type { VNode } from 'preact';
import { useState } from 'preact/hooks';

interface Props {
  /** On the button. */
  readonly label: string;
  /** While it goes on. */
  readonly busy: string;
  readonly disabled?: boolean;
  /** @throws ProblemError */
  readonly work: () => Promise<void>;
}

/** A button for what takes a while, and what the server had against it. */
export function Work({ label, busy, disabled = false, work }: Props): VNode {
  const [state, setState] = useState<'idle' | 'busy' | { readonly trouble: string }>('idle');
  return (
    <>
      <div class="verbs">
        <button
          type="button"
          class="button"
          disabled={disabled || state === 'busy'}
          onClick={() => {
            setState('busy');
            work().then(
              () => setState('idle'),
              (thrown: unknown) => setState({ trouble: thrown instanceof Error ? thrown.message : String(thrown) }),
            );
          }}
        >
          {label}
        </button>
        <p class="muted" role="status">
          {state === 'busy' && busy}
        </p>
      </div>
      {typeof state === 'object' && (
        <p class="warning" role="alert">
          {state.trouble}
        </p>
      )}
    </>
  );
}
