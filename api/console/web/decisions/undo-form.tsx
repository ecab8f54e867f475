import type { VNode } from 'preact';
import type { DecisionAnswer } from '../../contract';
import type { Desk } from '../desk';
import { DecisionForm } from './decision-form';

interface Props {
  readonly decision: DecisionAnswer;
  readonly desk: Desk;
  readonly close: () => void;
}

export function UndoForm({ decision: { id, text }, desk, close }: Props): VNode {
  return (
    <DecisionForm
      label={`Undo ${text}`}
      meaning="The next analysis goes by the traffic again, and by the decisions that still stand. This one stays on record as undone."
      decider={desk.decider}
      cancel={close}
      submit={async ({ by, reason }) => {
        await desk.undo(id, by, reason);
        close();
      }}
    />
  );
}
