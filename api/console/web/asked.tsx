import type { ComponentChild, VNode } from 'preact';
import type { Asking } from './use-answer';

interface Props<Answer> {
  readonly asking: Asking<Answer>;
  /** While there is no answer yet. */
  readonly waiting: string;
  readonly children: (answer: Answer) => ComponentChild;
}

/** An answer, or why there is none. */
export function Asked<Answer>({ asking, waiting, children }: Props<Answer>): VNode {
  switch (asking.state) {
    case 'loading':
      return (
        <p class="empty" role="status">
          {waiting}
        </p>
      );
    case 'failed':
      return (
        <p class="empty" role="alert">
          {asking.detail}
        </p>
      );
    case 'ready':
      return <>{children(asking.answer)}</>;
  }
}
