import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Asked } from '../asked';
import type { Client, StoredPolicy } from '../client';
import { DecisionForm } from '../decisions/decision-form';
import type { Desk } from '../desk';
import { useAnswer } from '../use-answer';
import { count } from '../words';

interface Props {
  readonly policy: StoredPolicy;
  readonly client: Client;
  readonly desk: Desk;
}

const SHOWN = 100;

/** Who did what with a policy, what that changed, and how to go back. */
export function History({ policy, client, desk }: Props): VNode {
  const names = useMemo(() => namesOf(policy), [policy]);
  const asking = useAnswer(() => client.policyHistory(policy.id), [client, policy.id, policy.version]);
  return (
    <>
      {policy.head > 1 ? (
        <Comparison key={policy.head} policy={policy} client={client} desk={desk} />
      ) : (
        <p class="muted">There is one revision only, and so nothing to compare or to go back to.</p>
      )}
      <Asked asking={asking} waiting="Reading the history…">
        {(events) => (
          <>
            <ul class="examples" aria-label="History">
              {events
                .slice(-SHOWN)
                .toReversed()
                .map(({ number, text }) => (
                  <li key={number}>{named(text, names)}</li>
                ))}
            </ul>
            {events.length > SHOWN && <p class="muted">and {count(events.length - SHOWN, 'older one')}</p>}
          </>
        )}
      </Asked>
    </>
  );
}

/** Names of groups and words of rules, by id. */
function namesOf({ revision: { body } }: StoredPolicy): ReadonlyMap<string, string> {
  const rules = body.sections.flatMap((section) => section.rules);
  return new Map([
    ...body.groups.map(({ id, name }) => [id, name] as const),
    ...rules.map(({ id, words }) => [id, `"${words}"`] as const),
  ]);
}

/** With names in place of ids, as far as the newest revision knows them. */
function named(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(/[\w:-]*\w/g, (word) => names.get(word) ?? word);
}

/** What one revision says otherwise than another, and back to it. */
function Comparison({ policy, client, desk }: Props): VNode {
  const [[from, to], choose] = useState<readonly [number, number]>([policy.active ?? policy.head - 1, policy.head]);
  const [goingBack, setGoingBack] = useState(false);
  const asking = useAnswer(() => client.policyDiff(policy.id, from, to), [client, policy.id, from, to]);
  return (
    <>
      <div class="compared">
        <Numbered label="From revision" most={policy.head} value={from} choose={(next) => choose([next, to])} />
        <Numbered label="to revision" most={policy.head} value={to} choose={(next) => choose([from, next])} />
        <button type="button" class="button" aria-expanded={goingBack} onClick={() => setGoingBack(!goingBack)}>
          Go back to revision {from}
        </button>
      </div>
      {goingBack && (
        <DecisionForm
          label={`Go back to revision ${from}`}
          meaning={`A new revision that says what revision ${from} said. Nothing in the network changes until it is staged or enforced.`}
          decider={desk.decider}
          cancel={() => setGoingBack(false)}
          submit={async ({ by, reason }) => {
            await desk.rollBack(policy, from, by, reason);
            setGoingBack(false);
          }}
        />
      )}
      <Asked asking={asking} waiting="Comparing…">
        {({ changes, opened, closed }) =>
          changes.length === 0 ? (
            <p class="muted">They say the same.</p>
          ) : (
            <>
              <Lines title="Differences" lines={changes.map(({ text }) => text)} />
              <Lines title="Let through by the later only" lines={opened} />
              <Lines title="Let through by the earlier only" lines={closed} />
            </>
          )
        }
      </Asked>
    </>
  );
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }): VNode | null {
  if (lines.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="reasons">
        {lines.slice(0, SHOWN).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {lines.length > SHOWN && <p class="muted">and {count(lines.length - SHOWN, 'more', 'more')}</p>}
    </>
  );
}

interface NumberedProps {
  readonly label: string;
  readonly most: number;
  readonly value: number;
  readonly choose: (value: number) => void;
}

function Numbered({ label, most, value, choose }: NumberedProps): VNode {
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => choose(Number(event.currentTarget.value))}>
        {Array.from({ length: most }, (_, at) => most - at).map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
}
