import type { VNode } from 'preact';
import type { Group, Member } from '../../../../analytics/model/topology';
import type { Workload } from '../../../../analytics/model/workload';
import type { Estate } from '../estate';
import type { Go } from '../use-place';
import { count, number, percent } from '../words';

interface Props {
  readonly group: Group;
  readonly workloads: readonly Workload[];
  readonly estate: Estate;
  readonly go: Go;
}

/** More are found by search on the command line; a page with thousands of members helps nobody. */
const SHOWN = 50;

/** Who is in it, how clearly, and where each would be otherwise. */
export function Members({ group, workloads, estate, go }: Props): VNode {
  const known = new Map(workloads.map((workload) => [workload.id, workload]));
  const shown = group.members.slice(0, SHOWN);
  return (
    <>
      <h3>
        Members <span class="tab-count">{number(group.members.length)}</span>
      </h3>
      <ul class="members">
        {shown.map((member) => {
          const workload = known.get(member.workload);
          const name = workload?.name ?? member.workload;
          const addresses = workload?.addresses.join(', ') ?? '';
          return (
            <li key={member.workload}>
              <span>{name}</span>
              <span class="mono muted">{addresses === name ? '' : addresses}</span>
              <span class="numeric" title="How clearly it belongs here">
                {percent(member.confidence)}
              </span>
              <Otherwise member={member} estate={estate} go={go} />
            </li>
          );
        })}
      </ul>
      {group.members.length > shown.length && (
        <p class="muted">and {count(group.members.length - shown.length, 'other')}</p>
      )}
    </>
  );
}

function Otherwise({ member, estate, go }: { member: Member; estate: Estate; go: Go }): VNode | null {
  const { next, lent, decision } = member;
  if (next === undefined && lent !== true && decision === undefined) return null;
  return (
    <span class="otherwise muted">
      {decision !== undefined && <span class="badge decided">decided</span>}
      {lent === true && 'at home elsewhere, serves this one too. '}
      {next !== undefined && (
        <>
          Next best:{' '}
          <button type="button" class="link" onClick={() => go({ focus: { kind: 'box', id: next.group } })}>
            {estate.nameOf(next.group)}
          </button>
          , fits {percent(next.fit)} as well
        </>
      )}
    </span>
  );
}
