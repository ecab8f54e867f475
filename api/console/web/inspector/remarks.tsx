import type { VNode } from 'preact';
import type { Topology } from '../../../../analytics/model/topology';
import type { DecisionsAnswer } from '../../contract';
import type { Desk } from '../desk';
import type { Estate } from '../estate';
import type { Go } from '../use-place';
import { count, percent } from '../words';
import { Candidates } from './candidates';
import { Crossings } from './crossings';
import { Remark } from './remark';

interface Props {
  readonly topology: Topology;
  readonly decisions: DecisionsAnswer;
  readonly estate: Estate;
  readonly go: Go;
  readonly desk: Desk;
}

/** What an analysis has to say beside its groups: what it could not see, and where it is contradicted. */
export function Remarks({ topology, decisions, estate, go, desk }: Props): VNode {
  const { workloads, unseen = [], disagreements = [], unmet = [], crossings = [], events = [] } = topology;
  const { candidates = [], meshes = [] } = topology;
  const names = new Map(workloads.map(({ id, name }) => [id, name]));
  const nameOf = (id: string): string => names.get(id) ?? id;
  return (
    <>
      <Remark title="Could not be seen" items={unseen.map(({ text }) => text)} most={unseen.length} />
      <Crossings {...{ workloads, crossings }} />
      <Remark
        title="Disagreements"
        items={disagreements.map(({ workload, group, reason }) => (
          <>
            {nameOf(workload)} is in{' '}
            <button type="button" class="link" onClick={() => go({ focus: { kind: 'box', id: group } })}>
              {estate.nameOf(group)}
            </button>
            : {reason.text}
          </>
        ))}
      />
      <Candidates {...{ candidates, decisions, nameOf, desk }} />
      <Remark
        title="Meshes"
        items={meshes.map(
          ({ name, service, share, members }) =>
            `${name} (${service}): ${count(members.length, 'workload')} use it of each other, ${percent(share)} of all pairs; it ties nobody together`,
        )}
      />
      <Remark title="Decisions not held to" items={unmet.map(({ text }) => text)} />
      <Remark title="Since the analysis before" items={events.map(({ text }) => text)} />
    </>
  );
}
