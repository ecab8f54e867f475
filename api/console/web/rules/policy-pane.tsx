import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Changes } from '../changes/changes';
import type { Client } from '../client';
import { DecisionTable } from '../decisions/decision-table';
import type { Desk } from '../desk';
import type { Estate } from '../estate';
import type { Place, Tab } from '../hash';
import { Drift } from '../drift/drift';
import { Proof } from '../proof/proof';
import { Threats } from '../threats/threats';
import { Policies } from '../policies/policies';
import type { Answers } from '../use-answers';
import type { Go } from '../use-place';
import { count, number } from '../words';
import { RefusalList } from './refusal-list';
import { searched, sorted, type Sorting } from './rows';
import { RuleTable } from './rule-table';

interface Props {
  readonly answers: Answers;
  readonly estate: Estate;
  readonly place: Place;
  readonly go: Go;
  readonly client: Client;
  readonly desk: Desk;
}

/** What is proposed, what is not and why; what people decided, and what changed. */
export function PolicyPane({ answers, estate, place, go, client, desk }: Props): VNode {
  const { policy, topology, decisions } = answers;
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const refusals = policy?.refusals ?? [];
  const at = estate.rulesAt(place.focus);
  const rows = useMemo(() => {
    const found = searched(estate.rows, place.search).filter((row) => at === null || at.has(row.id));
    return sorting === null ? found : sorted(found, sorting);
  }, [estate, place.search, place.focus, sorting]);
  const tab = (id: Tab, title: string, amount?: number): VNode => (
    <button
      type="button"
      role="tab"
      id={`tab-${id}`}
      aria-controls="policy-panel"
      aria-selected={place.tab === id}
      class="tab"
      onClick={() => go({ tab: id })}
    >
      {title} {amount !== undefined && <span class="tab-count">{number(amount)}</span>}
    </button>
  );
  return (
    <section class="pane policy-pane" aria-label="Policy">
      <div class="toolbar">
        <div role="tablist" aria-label="Policy" class="tabs">
          {tab('rules', 'Proposed rules', estate.rows.length)}
          {tab('refusals', 'Not proposed, and why', refusals.length)}
          {tab('policies', 'Policies')}
          {tab('proof', 'Proof')}
          {tab('drift', 'Drift')}
          {tab('threats', 'Threats')}
          {tab('decisions', 'Decisions', decisions.filter(({ undone }) => !undone).length)}
          {tab('changes', 'Changes')}
        </div>
        {place.tab === 'rules' && (
          <div class="filters">
            <p class="found" role="status">
              {rows.length < estate.rows.length && `${number(rows.length)} of ${count(estate.rows.length, 'rule')}`}
            </p>
            {place.focus !== null && (
              <button type="button" class="chip" onClick={() => go({ focus: null })}>
                {focusWords(place, estate)} <span aria-hidden="true">×</span>
                <span class="visually-hidden">: show all rules</span>
              </button>
            )}
            <input
              type="search"
              aria-label="Search rules"
              placeholder="Search rules"
              value={place.search}
              onInput={(event) => go({ search: event.currentTarget.value })}
            />
          </div>
        )}
      </div>
      <div class="panel" id="policy-panel" role="tabpanel" aria-labelledby={`tab-${place.tab}`} tabIndex={0}>
        {place.tab === 'refusals' ? (
          <RefusalList policy={{ id: policy?.id ?? '', refusals }} desk={desk} />
        ) : place.tab === 'policies' ? (
          <Policies {...{ answers, estate, place, go, client, desk }} />
        ) : place.tab === 'proof' ? (
          <Proof {...{ answers, client, desk }} />
        ) : place.tab === 'drift' ? (
          <Drift {...{ answers, place, go, client, desk }} />
        ) : place.tab === 'threats' ? (
          <Threats {...{ answers, client, desk }} />
        ) : place.tab === 'decisions' ? (
          <DecisionTable {...{ decisions, topology, desk }} />
        ) : place.tab === 'changes' ? (
          <Changes {...{ client, estate, go }} chosen={place.compared} newest={topology?.id ?? null} />
        ) : policy === null ? (
          <p class="empty">
            No rules proposed yet. Run <code>wayleave recommend</code>, then refresh.
          </p>
        ) : rows.length === 0 ? (
          <p class="empty">{estate.rows.length === 0 ? 'Nothing seen justifies a rule.' : 'No rule matches.'}</p>
        ) : (
          <RuleTable
            rows={rows}
            selected={place.rule}
            sorting={sorting}
            sort={setSorting}
            select={(rule) => go({ rule })}
          />
        )}
      </div>
    </section>
  );
}

function focusWords({ focus }: Place, estate: Estate): string {
  if (focus === null) return '';
  if (focus.kind === 'box') return estate.nameOf(focus.id);
  const edge = estate.edge(focus.id);
  return edge === undefined ? 'a line' : `${estate.nameOf(edge.from)} → ${estate.nameOf(edge.to)}`;
}
