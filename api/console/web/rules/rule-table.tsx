import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { moment, number, percent } from '../words';
import type { Column, Row, Sorting } from './rows';

interface Props {
  readonly rows: readonly Row[];
  readonly selected: string | null;
  readonly sorting: Sorting | null;
  readonly sort: (sorting: Sorting) => void;
  readonly select: (rule: string) => void;
}

/** `numeric` columns start with the greatest. */
const COLUMNS: readonly {
  readonly id: Column;
  readonly title: string;
  readonly numeric: boolean;
  readonly hint?: string;
}[] = [
  { id: 'words', title: 'Rule', numeric: false },
  { id: 'services', title: 'Services', numeric: false },
  { id: 'source', title: 'Source', numeric: false },
  { id: 'destination', title: 'Destination', numeric: false },
  { id: 'confidence', title: 'Confidence', numeric: true },
  { id: 'connections', title: 'Connections', numeric: true },
  { id: 'firstSeen', title: 'First seen', numeric: true, hint: 'UTC' },
  { id: 'lastSeen', title: 'Last seen', numeric: true, hint: 'UTC' },
  {
    id: 'unused',
    title: 'Surface',
    numeric: true,
    hint: 'Combinations of client, server and service never seen in use, of all the rule opens',
  },
];

export function RuleTable({ rows, selected, sorting, sort, select }: Props): VNode {
  const current = useRef<HTMLTableRowElement>(null);
  useEffect(() => current.current?.scrollIntoView({ block: 'nearest' }), [selected]);
  return (
    <table class="rules">
      <thead>
        <tr>
          {COLUMNS.map(({ id, title, numeric, hint }) => {
            const active = sorting?.column === id ? sorting : null;
            return (
              <th
                key={id}
                scope="col"
                class={`col-${id}${numeric ? ' numeric' : ''}`}
                aria-sort={active === null ? undefined : active.descending ? 'descending' : 'ascending'}
              >
                <button
                  type="button"
                  title={hint}
                  onClick={() => sort({ column: id, descending: active === null ? numeric : !active.descending })}
                >
                  {title}
                  <span aria-hidden="true" class="sort-mark">
                    {active === null ? '' : active.descending ? '↓' : '↑'}
                  </span>
                </button>
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr
            key={row.id}
            ref={row.id === selected ? current : null}
            class={row.id === selected ? 'selected' : ''}
            aria-current={row.id === selected ? 'true' : undefined}
            onClick={() => select(row.id)}
          >
            <td class="col-words">
              <button type="button" class="row-button">
                {row.action === 'deny' && <span class="badge refused">deny</span>}
                {row.words}
              </button>
            </td>
            <td class="col-services mono">
              <Clamped text={row.services} />
            </td>
            <td class="col-source">
              <Clamped text={row.source} />
            </td>
            <td class="col-destination">
              <Clamped text={row.destination} />
            </td>
            <td class="col-confidence numeric">
              <Confidence value={row.confidence} />
            </td>
            <td class="col-connections numeric">{number(row.connections)}</td>
            <td class="col-firstSeen numeric">{moment(row.firstSeen)}</td>
            <td class="col-lastSeen numeric">{moment(row.lastSeen)}</td>
            <td class="col-unused numeric">
              {number(row.unused)} <span class="muted">of {number(row.opened)}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Confidence({ value }: { readonly value: number }): VNode {
  return (
    <span class="confidence">
      <svg width="36" height="6" aria-hidden="true">
        <rect class="track" width="36" height="6" rx="3" />
        <rect class="fill" width={36 * value} height="6" rx="3" />
      </svg>
      {percent(value)}
    </span>
  );
}

/** A few lines of a long list; the whole of it is in the title and in the details pane. */
function Clamped({ text }: { readonly text: string }): VNode {
  return (
    <span class="clamped" title={text}>
      {text}
    </span>
  );
}
