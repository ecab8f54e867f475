import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { DecisionAnswer } from '../../contract';
import type { Desk } from '../desk';
import { UndoForm } from './undo-form';

/** A decision that stands, and how to take it back. */
export function DecisionLine({ decision, desk }: { readonly decision: DecisionAnswer; readonly desk: Desk }): VNode {
  const [open, setOpen] = useState(false);
  const { text, reason } = decision;
  return (
    <li>
      {text}
      {reason !== '' && <span class="muted">: {reason}</span>}{' '}
      <button
        type="button"
        class="link"
        aria-label={`Undo ${text}`}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        Undo
      </button>
      {open && <UndoForm decision={decision} desk={desk} close={() => setOpen(false)} />}
    </li>
  );
}
