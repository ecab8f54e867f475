import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { PolicyAnswer } from '../../contract';
import { Asked } from '../asked';
import type { Client } from '../client';
import { DecisionForm } from '../decisions/decision-form';
import type { Desk } from '../desk';
import { useAnswer } from '../use-answer';
import { count, moment } from '../words';

interface Props {
  readonly policy: PolicyAnswer;
  readonly client: Client;
  readonly desk: Desk;
}

const SHOWN = 100;

/** Who did what with a policy, what that changed, and how to go back. */
export function History({ policy, client, desk }: Props): VNode {
  const asking = useAnswer(() => client.policyHistory(policy.id), [client, policy.id, policy.version]);
  return (
    <>
      {policy.head > 1 ? (
        <Comparison policy={policy} client={client} desk={desk} />
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
                .map(({ number, at, by, reason, words }) => (
                  <li key={number}>
                    {words}
                    {reason !== '' && `: ${reason}`}{' '}
                    <span class="muted">
                      {by}, {moment(at)} UTC
                    </span>
                  </li>
                ))}
            </ul>
            {events.length > SHOWN && <p class="muted">and {count(events.length - SHOWN, 'older one')}</p>}
          </>
        )}
      </Asked>
    </>
  );
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
        {({ changes }) =>
          changes.length === 0 ? (
            <p class="muted">They say the same.</p>
          ) : (
            <ul class="reasons" aria-label="Differences">
              {changes.map(({ words }) => (
                <li key={words}>{words}</li>
              ))}
            </ul>
          )
        }
      </Asked>
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
