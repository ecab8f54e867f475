import type { ComponentChildren, VNode } from 'preact';
import type { Crossing, Topology } from '../../../../analytics/model/topology';
import type { DecisionsAnswer } from '../../contract';
import type { Desk } from '../desk';
import type { Estate } from '../estate';
import type { Go } from '../use-place';
import { count, number, percent } from '../words';
import { Candidates } from './candidates';

interface Props {
  readonly topology: Topology;
  readonly decisions: DecisionsAnswer;
  readonly estate: Estate;
  readonly go: Go;
  readonly desk: Desk;
}

const SHOWN = 6;

/** What an analysis has to say beside its groups: what it could not see, and where it is contradicted. */
export function Remarks({ topology, decisions, estate, go, desk }: Props): VNode {
  const { workloads, unseen = [], disagreements = [], unmet = [], crossings = [], events = [] } = topology;
  const { candidates = [], meshes = [] } = topology;
  const names = new Map(workloads.map(({ id, name }) => [id, name]));
  const nameOf = (id: string): string => names.get(id) ?? id;
  const crossed = ({ client, server, service, from, to, connections, unanswered }: Crossing): string =>
    `${nameOf(client)} (${from}) → ${nameOf(server)} (${to}) on ${service}, ${count(connections, 'connection')}${unanswered === true ? ', none of them answered' : ''}`;
  return (
    <>
      <Remark title="Could not be seen" items={unseen.map(({ text }) => text)} most={unseen.length} />
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
      <Remark title="Between environments" items={crossings.filter(({ shared }) => shared !== true).map(crossed)} />
      <Remark
        title="Shared services of another environment"
        items={crossings.filter(({ shared }) => shared === true).map(crossed)}
      />
      <Remark title="Since the analysis before" items={events.map(({ text }) => text)} />
    </>
  );
}

interface RemarkProps {
  readonly title: string;
  readonly items: readonly ComponentChildren[];
  readonly most?: number;
}

function Remark({ title, items, most = SHOWN }: RemarkProps): VNode | null {
  if (items.length === 0) return null;
  return (
    <>
      <h3>
        {title} <span class="tab-count">{number(items.length)}</span>
      </h3>
      <ul class="reasons">
        {items.slice(0, most).map((item, at) => (
          <li key={at}>{item}</li>
        ))}
      </ul>
      {items.length > most && (
        <p class="muted">
          and {number(items.length - most)} more; <code>wayleave groups --json</code> lists all
        </p>
      )}
    </>
  );
}
