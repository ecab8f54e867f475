import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Section } from '../../../../recommender/model/policy';
import { DecisionForm } from '../decisions/decision-form';
import type { Desk } from '../desk';

const PREFIX = 'quarantine:';

/** The name of who is in quarantine by a section; null for a section of anything else. */
export function quarantinedBy({ id, category }: Pick<Section, 'id' | 'category'>): string | null {
  return category === 'emergency' && id.startsWith(PREFIX) ? id.slice(PREFIX.length) : null;
}

interface Props {
  /** Id. */
  readonly policy: string;
  readonly name: string;
  readonly desk: Desk;
}

/** The way out of a quarantine. */
export function LiftQuarantine({ policy, name, desk }: Props): VNode {
  const [open, setOpen] = useState(false);
  return (
    <>
      <div class="verbs">
        <button type="button" class="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          Lift the quarantine of {name}
        </button>
      </div>
      {open && (
        <DecisionForm
          label={`Lift the quarantine of ${name}`}
          meaning="A new revision without this section. Where the quarantine is in force already, it stays until that revision is staged or enforced."
          decider={desk.decider}
          cancel={() => setOpen(false)}
          submit={async ({ by, reason }) => {
            await desk.liftQuarantine(policy, name, by, reason);
            setOpen(false);
          }}
        />
      )}
    </>
  );
}
