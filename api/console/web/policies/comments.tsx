import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Target } from '../../../../recommender/lifecycle/model';
import type { StoredPolicy } from '../client';
import { DecisionForm } from '../decisions/decision-form';
import type { Desk } from '../desk';
import { moment } from '../words';

interface Props {
  readonly policy: StoredPolicy;
  readonly target: Target;
  /** "web of shop may reach app of shop on 8443/tcp" */
  readonly about: string;
  readonly desk: Desk;
}

/** What people said of the policy or of one of its rules. */
export function Comments({ policy, target, about, desk }: Props): VNode {
  const [open, setOpen] = useState(false);
  const said = policy.comments.filter((comment) => isSame(comment.target, target));
  return (
    <>
      <h3>Comments</h3>
      {said.length > 0 && (
        <ul class="examples">
          {said.map(({ at, by, text }) => (
            <li key={`${at} ${by} ${text}`}>
              {text}{' '}
              <span class="muted">
                {by}, {moment(at)} UTC
              </span>
            </li>
          ))}
        </ul>
      )}
      <div class="verbs">
        <button
          type="button"
          class="button"
          aria-label={`Comment on ${about}`}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          Comment
        </button>
      </div>
      {open && (
        <DecisionForm
          label={`Comment on ${about}`}
          meaning="Whoever looks at it reads this; it changes nothing else and stays."
          asked={{ label: 'Comment', value: '' }}
          reasoned={false}
          decider={desk.decider}
          cancel={() => setOpen(false)}
          submit={async ({ written, by }) => {
            await desk.act(policy, { kind: 'comment', target, text: written }, by, '');
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

function isSame(a: Target, b: Target): boolean {
  return a.kind === 'rule' ? b.kind === 'rule' && a.rule === b.rule : a.kind === b.kind && a.kind === 'all';
}
