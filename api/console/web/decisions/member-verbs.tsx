import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Group } from '../../../../analytics/model/topology';
import type { Desk } from '../desk';
import { count } from '../words';
import { DecisionForm } from './decision-form';
import { askedBy } from './group-verbs';
import { MEMBER_VERBS, meaningOf, VERBS, wishOf, type Verb } from './verbs';

interface Props {
  readonly group: Group;
  readonly groups: readonly Group[];
  /** Ids of members. */
  readonly chosen: readonly string[];
  readonly desk: Desk;
  /** Chooses nobody. */
  readonly clear: () => void;
}

/** What can be decided about the members that were chosen. */
export function MemberVerbs({ group, groups, chosen, desk, clear }: Props): VNode {
  const [verb, setVerb] = useState<Verb | null>(null);
  const [done, setDone] = useState('');
  return (
    <>
      <div class="verbs" role="group" aria-label="Decide on the chosen members">
        {MEMBER_VERBS.filter((each) => VERBS[each].kinds.includes(group.kind)).map((each) => (
          <button
            key={each}
            type="button"
            class="button"
            aria-expanded={verb === each}
            disabled={chosen.length === 0}
            onClick={() => setVerb(verb === each ? null : each)}
          >
            {VERBS[each].label}
          </button>
        ))}
      </div>
      <p class="muted" role="status">
        {chosen.length > 0 ? `${count(chosen.length, 'member')} chosen` : done || 'Choose members to decide on them.'}
        {chosen.length > 0 && (
          <>
            {' '}
            <button
              type="button"
              class="link"
              onClick={() => {
                setDone('');
                clear();
              }}
            >
              Choose none
            </button>
          </>
        )}
      </p>
      {verb !== null && chosen.length > 0 && (
        <DecisionForm
          key={verb}
          label={`${VERBS[verb].label} ${count(chosen.length, 'member')} of ${group.name}`}
          meaning={meaningOf(verb, group, chosen.length)}
          {...askedBy(verb, group, groups)}
          decider={desk.decider}
          cancel={() => setVerb(null)}
          submit={async ({ written, by, reason }) => {
            await desk.decide(wishOf(verb, group.id, chosen, written), by, reason);
            setVerb(null);
            setDone('It is on record, and the next analysis holds to it.');
            clear();
          }}
        />
      )}
    </>
  );
}
