import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Topology } from '../../../../analytics/model/topology';
import type { DecisionAnswer, DecisionsAnswer } from '../../contract';
import type { Desk } from '../desk';
import { count, moment } from '../words';
import { UndoForm } from './undo-form';

interface Props {
  readonly decisions: DecisionsAnswer;
  readonly topology: Topology | null;
  readonly desk: Desk;
}

const SHOWN = 200;

/** Who decided what, when and why, the latest first, and what became of it. */
export function DecisionTable({ decisions, topology, desk }: Props): VNode {
  const [undoing, setUndoing] = useState<string | null>(null);
  if (decisions.length === 0) {
    return <p class="empty">Nothing has been decided yet. Select a box on the map to decide on its group.</p>;
  }
  const latest = decisions.toSorted((a, b) => b.number - a.number);
  const unmet = new Map((topology?.unmet ?? []).map(({ decision, text }) => [decision, text]));
  return (
    <>
      <table class="rules decisions">
        <thead>
          <tr>
            {['Decision', 'Reason', 'Decided', 'State'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
            <th scope="col">
              <span class="visually-hidden">Undo</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {latest.slice(0, SHOWN).map((decision) => (
            <Row
              key={decision.id}
              decision={decision}
              unmet={unmet.get(decision.id)}
              open={undoing === decision.id}
              toggle={() => setUndoing(undoing === decision.id ? null : decision.id)}
              desk={desk}
            />
          ))}
        </tbody>
      </table>
      {latest.length > SHOWN && (
        <p class="empty">
          and {count(latest.length - SHOWN, 'older one')}; <code>wayleave groups decisions</code> lists all
        </p>
      )}
    </>
  );
}

interface RowProps {
  readonly decision: DecisionAnswer;
  /** Why the analysis could not hold to it. */
  readonly unmet: string | undefined;
  readonly open: boolean;
  readonly toggle: () => void;
  readonly desk: Desk;
}

function Row({ decision, unmet, open, toggle, desk }: RowProps): VNode {
  const { text, reason, by, at, undone, wish } = decision;
  const several = 'workloads' in wish && wish.workloads.length > 1 ? wish.workloads : [];
  return (
    <tr class={undone ? 'undone' : ''}>
      <td class="col-words">
        {text}
        {several.length > 0 && (
          <span class="clamped muted" title={several.join(', ')}>
            {several.join(', ')}
          </span>
        )}
        {open && <UndoForm decision={decision} desk={desk} close={toggle} />}
      </td>
      <td>{reason}</td>
      <td>
        {by} <span class="muted numeric">{moment(at)}</span>
      </td>
      <td>
        {undone ? (
          <>
            undone by {undone.by} <span class="muted numeric">{moment(undone.at)}</span>
            {undone.reason !== '' && <span class="muted">: {undone.reason}</span>}
          </>
        ) : (
          (unmet ?? 'stands')
        )}
      </td>
      <td>
        {!undone && (
          <button type="button" class="button" aria-label={`Undo ${text}`} aria-expanded={open} onClick={toggle}>
            Undo
          </button>
        )}
      </td>
    </tr>
  );
}
