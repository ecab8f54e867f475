import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Policy } from '../../../../recommender/model/policy';
import type { Estate } from '../estate';
import type { Place, Tab } from '../hash';
import type { Go } from '../use-place';
import { count, number } from '../words';
import { RefusalList } from './refusal-list';
import { searched, sorted, type Sorting } from './rows';
import { RuleTable } from './rule-table';

interface Props {
  readonly policy: Policy | null;
  readonly estate: Estate;
  readonly place: Place;
  readonly go: Go;
}

/** What is proposed, and what is not and why. */
export function PolicyPane({ policy, estate, place, go }: Props): VNode {
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const refusals = policy?.refusals ?? [];
  const at = estate.rulesAt(place.focus);
  const rows = useMemo(() => {
    const found = searched(estate.rows, place.search).filter((row) => at === null || at.has(row.id));
    return sorting === null ? found : sorted(found, sorting);
  }, [estate, place.search, place.focus, sorting]);
  const tab = (id: Tab, title: string, amount: number): VNode => (
    <button
      type="button"
      role="tab"
      id={`tab-${id}`}
      aria-controls="policy-panel"
      aria-selected={place.tab === id}
      class="tab"
      onClick={() => go({ tab: id })}
    >
      {title} <span class="tab-count">{number(amount)}</span>
    </button>
  );
  return (
    <section class="pane policy-pane" aria-label="Policy">
      <div class="toolbar">
        <div role="tablist" aria-label="Policy" class="tabs">
          {tab('rules', 'Proposed rules', estate.rows.length)}
          {tab('refusals', 'Not proposed, and why', refusals.length)}
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
          <RefusalList refusals={refusals} />
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
