import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { GroupWish } from '../../../../analytics/model/group-decision';
import type { Group } from '../../../../analytics/model/topology';
import type { DecisionsAnswer } from '../../contract';
import type { Desk } from '../desk';
import { DecisionForm } from './decision-form';

interface Props {
  readonly group: Group;
  readonly decisions: DecisionsAnswer;
  readonly desk: Desk;
}

type Verb = 'rename' | 'confirm' | 'refuse';

const VERBS: readonly (readonly [verb: Verb, label: string, kinds: readonly Group['kind'][]])[] = [
  ['rename', 'Rename', ['application', 'tier', 'shared-service', 'scanner', 'external', 'unknown']],
  ['confirm', 'Confirm', ['application', 'tier', 'shared-service', 'scanner']],
  ['refuse', 'Refuse', ['shared-service', 'scanner']],
];

/** What people decided about a group, and what can be. */
export function Decisions({ group, decisions, desk }: Props): VNode {
  const [verb, setVerb] = useState<Verb | null>(null);
  const standing = decisions.filter(({ undone, groups }) => !undone && groups.some(({ id }) => id === group.id));
  return (
    <>
      <div class="verbs">
        {VERBS.filter(([, , kinds]) => kinds.includes(group.kind)).map(([each, label]) => (
          <button
            key={each}
            type="button"
            class="button"
            aria-expanded={verb === each}
            disabled={each !== 'rename' && standing.some((decision) => decision.wish.kind === each)}
            onClick={() => setVerb(verb === each ? null : each)}
          >
            {label}
          </button>
        ))}
      </div>
      {verb !== null && (
        <DecisionForm
          key={verb}
          group={group}
          verb={verb}
          decider={desk.decider}
          cancel={() => setVerb(null)}
          submit={async ({ name, by, reason }) => {
            await desk.decide(wishOf(verb, group.id, name), by, reason);
            setVerb(null);
          }}
        />
      )}
      {standing.length > 0 && (
        <>
          <h3>Decided</h3>
          <ul class="reasons">
            {standing.map(({ id, text, reason }) => (
              <li key={id}>
                {text}
                {reason !== '' && <span class="muted">: {reason}</span>}
              </li>
            ))}
          </ul>
          <p class="muted">
            Each analysis holds to what was decided; <code>wayleave groups undo</code> takes it back.
          </p>
        </>
      )}
    </>
  );
}

function wishOf(verb: Verb, group: string, name: string): GroupWish {
  return verb === 'rename' ? { kind: verb, group, name } : { kind: verb, group };
}
