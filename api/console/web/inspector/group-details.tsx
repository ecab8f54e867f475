import type { VNode } from 'preact';
import type { Group } from '../../../../analytics/model/topology';
import type { Estate } from '../estate';
import type { Answers } from '../use-answers';
import type { Go } from '../use-place';
import { count, KIND_WORDS, number, percent } from '../words';
import { EdgeList } from './edge-list';
import { Heading } from './heading';

interface Props {
  readonly group: Group;
  readonly answers: Answers;
  readonly estate: Estate;
  readonly go: Go;
  readonly close: () => void;
}

/** More are found by search on the command line; a page with thousands of members helps nobody. */
const MEMBERS_SHOWN = 50;

export function GroupDetails({ group, answers, estate, go, close }: Props): VNode {
  const edges = estate.edgesAt(group.id);
  const inside = new Set([group.id, ...estate.tiersOf(group.id).map(({ id }) => id)]);
  const workloads = new Map((answers.topology?.workloads ?? []).map((workload) => [workload.id, workload]));
  const reasons = group.reasons.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const members = group.members.slice(0, MEMBERS_SHOWN);
  return (
    <>
      <Heading kind={KIND_WORDS[group.kind]} title={group.name} close={close} />
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
      <EdgeList title="Used by" edges={edges.filter(({ to }) => inside.has(to))} end="from" estate={estate} go={go} />
      <EdgeList title="Uses" edges={edges.filter(({ from }) => inside.has(from))} end="to" estate={estate} go={go} />
      <h3>
        Members <span class="tab-count">{number(group.members.length)}</span>
      </h3>
      <ul class="members">
        {members.map(({ workload, confidence }) => {
          const known = workloads.get(workload);
          const addresses = known?.addresses.join(', ') ?? '';
          return (
            <li key={workload}>
              <span>{known?.name ?? workload}</span>
              <span class="mono muted">{addresses === known?.name ? '' : addresses}</span>
              <span class="numeric" title="How clearly it belongs here">
                {percent(confidence)}
              </span>
            </li>
          );
        })}
      </ul>
      {group.members.length > members.length && (
        <p class="muted">and {count(group.members.length - members.length, 'other')}</p>
      )}
    </>
  );
}
