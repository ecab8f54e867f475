import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Group } from '../../../../analytics/model/topology';
import type { DecisionsAnswer } from '../../contract';
import type { Desk } from '../desk';
import { DecisionForm, type Asked } from './decision-form';
import { DecisionLine } from './decision-line';
import { GROUP_VERBS, meaningOf, targetsOf, VERBS, wishOf, type Verb } from './verbs';

interface Props {
  readonly group: Group;
  readonly groups: readonly Group[];
  readonly decisions: DecisionsAnswer;
  readonly desk: Desk;
}

/** What can be decided about a group as a whole, and what people decided about it. */
export function GroupVerbs({ group, groups, decisions, desk }: Props): VNode {
  const [verb, setVerb] = useState<Verb | null>(null);
  const members = new Set(group.members.map(({ workload }) => workload));
  const standing = decisions.filter(({ undone }) => !undone);
  const about = standing.filter(
    ({ groups: decided, wish }) =>
      decided.some(({ id }) => id === group.id) ||
      ('workloads' in wish && wish.workloads.some((workload) => members.has(workload))),
  );
  const isSaid = (each: Verb): boolean =>
    (each === 'confirm' || each === 'refuse') &&
    standing.some(({ wish }) => wish.kind === each && 'group' in wish && wish.group === group.id);
  return (
    <>
      <div class="verbs">
        {GROUP_VERBS.filter((each) => VERBS[each].kinds.includes(group.kind)).map((each) => (
          <button
            key={each}
            type="button"
            class="button"
            aria-expanded={verb === each}
            disabled={isSaid(each)}
            onClick={() => setVerb(verb === each ? null : each)}
          >
            {VERBS[each].label}
          </button>
        ))}
      </div>
      {verb !== null && (
        <DecisionForm
          key={verb}
          label={`${VERBS[verb].label} ${group.name}`}
          meaning={meaningOf(verb, group)}
          {...askedBy(verb, group, groups)}
          decider={desk.decider}
          cancel={() => setVerb(null)}
          submit={async ({ written, by, reason }) => {
            await desk.decide(wishOf(verb, group.id, [], written), by, reason);
            setVerb(null);
          }}
        />
      )}
      {about.length > 0 && (
        <>
          <h3>Decided</h3>
          <ul class="reasons">
            {about.map((decision) => (
              <DecisionLine key={decision.id} decision={decision} desk={desk} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** What a verb has to know, with the groups that it may be about. */
export function askedBy(verb: Verb, group: Group, groups: readonly Group[]): { readonly asked?: Asked } {
  const { asks } = VERBS[verb];
  if (!asks) return {};
  if (asks.what === 'name') return { asked: { label: asks.label, value: verb === 'rename' ? group.name : '' } };
  return { asked: { label: asks.label, value: '', names: targetsOf(verb, group, groups).map(({ name }) => name) } };
}
