import type { VNode } from 'preact';
import type { GroupEvent } from '../../../../analytics/model/topology';
import type { DiffAnswer, RunsAnswer } from '../../contract';
import type { Client } from '../client';
import type { Estate } from '../estate';
import type { Compared } from '../hash';
import type { Go } from '../use-place';
import { count, fewOf, minute, span } from '../words';
import { ChangeList, type Change } from './change-list';
import { useComparison } from './use-comparison';

interface Props {
  readonly client: Client;
  readonly chosen: Compared | null;
  /** Id of the newest run. */
  readonly newest: string | null;
  readonly estate: Estate;
  readonly go: Go;
}

/** What changed from one analysis to another. */
export function Changes({ client, chosen, newest, estate, go }: Props): VNode {
  const comparing = useComparison(client, chosen, newest);
  switch (comparing.state) {
    case 'loading':
      return (
        <p class="empty" role="status">
          Comparing…
        </p>
      );
    case 'failed':
      return (
        <div class="empty" role="alert">
          <p>{comparing.detail}</p>
          <button type="button" class="button" onClick={() => go({ compared: null })}>
            Compare the newest with the one before
          </button>
        </div>
      );
    case 'ready': {
      const { runs, compared, diff } = comparing.answer;
      if (compared === null || diff === null) {
        return (
          <p class="empty">
            There is {runs.length === 0 ? 'no analysis' : 'one analysis only'}, and so nothing to compare.{' '}
            <code>wayleave analyze</code> makes the next.
          </p>
        );
      }
      return (
        <div class="changes">
          <div class="compared">
            <Run
              label="From"
              runs={runs}
              value={compared.from}
              choose={(from) => go({ compared: { ...compared, from } })}
            />
            <Run label="To" runs={runs} value={compared.to} choose={(to) => go({ compared: { ...compared, to } })} />
            <p class="muted" role="status">
              Traffic of {span(diff.before.window)}, then of {span(diff.after.window)}
            </p>
          </div>
          <Diff diff={diff} estate={estate} go={go} />
        </div>
      );
    }
  }
}

interface RunProps {
  readonly label: string;
  readonly runs: RunsAnswer;
  readonly value: string;
  readonly choose: (run: string) => void;
}

function Run({ label, runs, value, choose }: RunProps): VNode {
  const isListed = runs.some(({ id }) => id === value);
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {!isListed && <option value={value}>{value}</option>}
        {runs.map(({ id, created }) => (
          <option key={id} value={id}>
            {minute(created)}, {id}
          </option>
        ))}
      </select>
    </label>
  );
}

const NAMED = 10;

/** In the order people review them; a renaming is told of once, by the list of new names. */
const EVENTS: readonly (readonly [kind: GroupEvent['kind'], title: string])[] = [
  ['appeared', 'Appeared'],
  ['vanished', 'Vanished'],
  ['split', 'Split'],
  ['merged', 'Merged'],
  ['joined', 'Joined'],
  ['left', 'Left'],
];

function Diff({ diff, estate, go }: { readonly diff: DiffAnswer; readonly estate: Estate; readonly go: Go }): VNode {
  const { events, renamed, moved, confidence, workloads } = diff;
  const lists: readonly (readonly [title: string, changes: readonly Change[]])[] = [
    ...EVENTS.map(([kind, title]) => [title, events.filter((event) => event.kind === kind)] as const),
    ['Renamed', renamed.map(({ id, text }) => ({ text, groups: [id] }))],
    ['Moved', moved.map(({ text, to }) => ({ text, groups: to.map(({ id }) => id) }))],
    ['Surer or less sure', confidence.map(({ text, group }) => ({ text, groups: [group.id] }))],
    ['Workloads', [...cameOrWent('came', workloads.added), ...cameOrWent('went', workloads.gone)]],
  ];
  const told = lists.filter(([, changes]) => changes.length > 0);
  if (told.length === 0) return <p class="empty">The same groups with the same members.</p>;
  return (
    <div class="change-lists">
      {told.map(([title, changes]) => (
        <ChangeList key={title} title={title} changes={changes} estate={estate} go={go} />
      ))}
    </div>
  );
}

/** Thousands of clients come with every day: a few of their names say which sort. */
function cameOrWent(verb: string, workloads: readonly string[]): Change[] {
  if (workloads.length === 0) return [];
  return [
    {
      text: `${count(workloads.length, 'workload')} ${verb}: ${fewOf(workloads, NAMED)}`,
      groups: [],
    },
  ];
}
