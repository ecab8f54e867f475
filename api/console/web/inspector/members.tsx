import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Group, Member } from '../../../../analytics/model/topology';
import type { Workload } from '../../../../analytics/model/workload';
import { MemberVerbs } from '../decisions/member-verbs';
import { VERBS } from '../decisions/verbs';
import type { Desk } from '../desk';
import type { Estate } from '../estate';
import type { Go } from '../use-place';
import { count, fewOf, number, percent } from '../words';

interface Props {
  readonly group: Group;
  readonly groups: readonly Group[];
  readonly workloads: readonly Workload[];
  readonly estate: Estate;
  readonly go: Go;
  readonly desk: Desk;
}

/** A page with thousands of members helps nobody; more are found by their names. */
const SHOWN = 50;
const USERS_SHOWN = 5;
/** Below the first. */
const ADDRESSES_SHOWN = 4;

/** Who is in it, how clearly, and where each would be otherwise; those that are chosen can be decided on. */
export function Members({ group, groups, workloads, estate, go, desk }: Props): VNode {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [search, setSearch] = useState('');
  const known = useMemo(() => new Map(workloads.map((workload) => [workload.id, workload])), [workloads]);
  const found = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return group.members.filter(({ workload: id }) => {
      const { name = '', addresses = [], users = [] } = known.get(id) ?? {};
      return [id, name, ...addresses, ...users].some((text) => text.toLowerCase().includes(wanted));
    });
  }, [group, known, search]);
  const canDecide = VERBS.move.kinds.includes(group.kind);
  const shown = found.slice(0, SHOWN);
  const choose = (workload: string, isChosen: boolean): void => {
    const next = new Set(chosen);
    if (isChosen) next.add(workload);
    else next.delete(workload);
    setChosen(next);
  };
  return (
    <>
      <h3>
        Members <span class="tab-count">{number(group.members.length)}</span>
      </h3>
      {canDecide && (
        <MemberVerbs {...{ group, groups, desk }} chosen={[...chosen].sort()} clear={() => setChosen(new Set())} />
      )}
      {group.members.length > SHOWN && (
        <input
          type="search"
          aria-label="Search members"
          placeholder="Search members"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      <ul class="members">
        {shown.map((member) => {
          const workload = known.get(member.workload);
          const name = workload?.name ?? member.workload;
          // A second one, of IPv6 as a rule, leaves no room for the name beside it.
          const [address = '', ...others] = workload?.addresses ?? [];
          return (
            <li key={member.workload}>
              {canDecide && member.lent !== true ? (
                <label class="choice">
                  <input
                    type="checkbox"
                    checked={chosen.has(member.workload)}
                    onChange={(event) => choose(member.workload, event.currentTarget.checked)}
                  />
                  {name}
                </label>
              ) : (
                <span>{name}</span>
              )}
              <span class="mono muted">{address === name ? '' : address}</span>
              <span class="numeric" title="How clearly it belongs here">
                {percent(member.confidence)}
              </span>
              {others.length > 0 && <span class="otherwise mono muted">{fewOf(others, ADDRESSES_SHOWN)}</span>}
              {workload?.users !== undefined && (
                <span class="otherwise muted">logged on: {fewOf(workload.users, USERS_SHOWN)}</span>
              )}
              <Otherwise member={member} estate={estate} go={go} />
            </li>
          );
        })}
      </ul>
      {found.length > shown.length && <p class="muted">and {count(found.length - shown.length, 'other')}</p>}
      {found.length === 0 && <p class="muted">No member matches.</p>}
    </>
  );
}

function Otherwise({ member, estate, go }: { member: Member; estate: Estate; go: Go }): VNode | null {
  const { next, lent, decision, confidence } = member;
  if (next === undefined && lent !== true && decision === undefined) return null;
  // By a label or a decision it is sure to be here: nothing is then next best.
  const isHeld = confidence >= 1 && (next?.fit ?? 0) >= 1;
  return (
    <span class="otherwise muted">
      {decision !== undefined && <span class="badge decided">decided</span>}
      {lent === true && 'at home elsewhere, serves this one too. '}
      {next !== undefined && (
        <>
          {isHeld ? 'Held here; by its traffic it could be in' : 'Next best:'}{' '}
          <button type="button" class="link" onClick={() => go({ focus: { kind: 'box', id: next.group } })}>
            {estate.nameOf(next.group)}
          </button>
          {!isHeld && `, ${percent(next.fit)} of the fit here`}
        </>
      )}
    </span>
  );
}
