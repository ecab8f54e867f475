import type { VNode } from 'preact';
import type { Group } from '../../../../analytics/model/topology';
import { GroupVerbs } from '../decisions/group-verbs';
import type { Desk } from '../desk';
import type { Estate } from '../estate';
import type { Answers } from '../use-answers';
import type { Go } from '../use-place';
import { KIND_WORDS, moment } from '../words';
import { Crossings } from './crossings';
import { EdgeList } from './edge-list';
import { Facts, type Fact } from './facts';
import { Heading } from './heading';
import { Members } from './members';

interface Props {
  readonly group: Group;
  readonly answers: Answers;
  readonly estate: Estate;
  readonly go: Go;
  readonly desk: Desk;
  readonly close: () => void;
}

export function GroupDetails({ group, answers, estate, go, desk, close }: Props): VNode {
  const { groups = [], workloads = [], crossings = [] } = answers.topology ?? {};
  const edges = estate.edgesAt(group.id);
  const inside = new Set([group.id, ...estate.tiersOf(group.id).map(({ id }) => id)]);
  const reasons = group.reasons.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const facts = factsOf(group);
  const members = new Set(group.members.map(({ workload }) => workload));
  const disagreements = (answers.topology?.disagreements ?? []).filter((each) => each.group === group.id);
  return (
    <>
      <Heading kind={KIND_WORDS[group.kind]} title={group.name} close={close} />
      {facts.length > 0 && <Facts facts={facts} />}
      <GroupVerbs {...{ group, groups, desk }} decisions={answers.decisions} />
      {reasons.length > 0 && (
        <>
          <h3>Why</h3>
          <ul class="reasons">
            {reasons.map(({ text, weight }) => (
              <li key={text} class={weight < 0 ? 'against' : ''}>
                {weight < 0 && <span class="badge refused">against</span>}
                {text}
              </li>
            ))}
          </ul>
        </>
      )}
      {disagreements.length > 0 && (
        <>
          <h3>Disagreements</h3>
          <ul class="reasons">
            {disagreements.map(({ workload, reason }) => (
              <li key={workload}>
                {workload}: {reason.text}
              </li>
            ))}
          </ul>
        </>
      )}
      <EdgeList
        title="Used by"
        edges={edges.filter(({ to }) => inside.has(to))}
        end="from"
        {...{ inside, estate, go }}
      />
      <EdgeList
        title="Uses"
        edges={edges.filter(({ from }) => inside.has(from))}
        end="to"
        {...{ inside, estate, go }}
      />
      <Crossings
        workloads={workloads}
        crossings={crossings.filter(({ client, server }) => members.has(client) || members.has(server))}
      />
      <Members {...{ group, groups, workloads, estate, go, desk }} />
    </>
  );
}

function factsOf({ since, environment, confirmed, role }: Group): Fact[] {
  return [
    ...(role === undefined ? [] : [['Role', role] as const]),
    ...(environment === undefined ? [] : [['Environment', environment] as const]),
    ...(since === undefined ? [] : [['Since', `${moment(since)} UTC`] as const]),
    ...(confirmed === undefined ? [] : [['Confirmed', 'by a person'] as const]),
  ];
}
