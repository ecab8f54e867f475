import type { ComponentChildren, VNode } from 'preact';
import { number } from '../words';

const SHOWN = 6;

interface RemarkProps {
  readonly title: string;
  readonly items: readonly ComponentChildren[];
  readonly most?: number;
}

/** A few of the things there are to say of one kind; nothing where there are none. */
export function Remark({ title, items, most = SHOWN }: RemarkProps): VNode | null {
  if (items.length === 0) return null;
  return (
    <>
      <h3>
        {title} <span class="tab-count">{number(items.length)}</span>
      </h3>
      <ul class="reasons">
        {items.slice(0, most).map((item, at) => (
          <li key={at}>{item}</li>
        ))}
      </ul>
      {items.length > most && (
        <p class="muted">
          and {number(items.length - most)} more; <code>wayleave groups --json</code> lists all
        </p>
      )}
    </>
  );
}
