import type { VNode } from 'preact';

interface Props {
  /** What sort of thing it is. */
  readonly kind: string;
  readonly title: string;
  readonly close: () => void;
}

export function Heading({ kind, title, close }: Props): VNode {
  return (
    <header class="heading">
      <div>
        <p class="eyebrow">{kind}</p>
        <h2>{title}</h2>
      </div>
      <button type="button" class="button quiet" aria-label="Close details" onClick={close}>
        ×
      </button>
    </header>
  );
}
