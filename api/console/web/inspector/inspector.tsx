import type { VNode } from 'preact';
import type { Desk } from '../desk';
import type { Estate } from '../estate';
import type { Place } from '../hash';
import type { Answers } from '../use-answers';
import type { Go } from '../use-place';
import { EdgeDetails } from './edge-details';
import { GroupDetails } from './group-details';
import { Overview } from './overview';
import { RuleDetails } from './rule-details';

interface Props {
  readonly answers: Answers;
  readonly estate: Estate;
  readonly place: Place;
  readonly go: Go;
  readonly desk: Desk;
}

/** Details of what is selected, the rule before the place on the map; with nothing selected, how the policy does. */
export function Inspector(props: Props): VNode {
  return (
    <aside class="pane inspector" aria-label="Details">
      <Details {...props} />
    </aside>
  );
}

function Details({ answers, estate, place, go, desk }: Props): VNode {
  const { policy } = answers;
  const rule = policy?.sections.flatMap(({ rules }) => rules).find(({ id }) => id === place.rule);
  if (policy !== null && rule !== undefined) {
    const closeRule = (): void => go({ rule: null });
    return <RuleDetails key={rule.id} {...{ rule, estate, desk }} policy={policy.id} close={closeRule} />;
  }
  const close = (): void => go({ focus: null });
  if (place.focus?.kind === 'edge') {
    const edge = estate.edge(place.focus.id);
    if (edge !== undefined) return <EdgeDetails edge={edge} estate={estate} go={go} close={close} />;
  }
  if (place.focus?.kind === 'box') {
    const group = estate.group(place.focus.id);
    if (group !== undefined) return <GroupDetails key={group.id} {...{ group, answers, estate, go, desk, close }} />;
  }
  return <Overview {...{ answers, estate, go, desk }} />;
}
