import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ThreatAnswer, ThreatState } from '../../contract';
import { Asked } from '../asked';
import type { Client } from '../client';
import { DecisionForm } from '../decisions/decision-form';
import type { Desk } from '../desk';
import { Facts } from '../inspector/facts';
import type { Answers } from '../use-answers';
import { useAnswer } from '../use-answer';
import { moment, percent } from '../words';

interface Props {
  readonly answers: Answers;
  readonly client: Client;
  readonly desk: Desk;
}

/** What looks like somebody who should not be there, and what can be done about it. */
export function Threats({ answers, client, desk }: Props): VNode {
  const asking = useAnswer(async () => {
    return client.threats();
  }, [client, answers]);
  return (
    <Asked asking={asking} waiting="Looking…">
      {(threats) =>
        threats.length === 0 ? (
          <p class="empty">
            Nothing was found, or nobody has looked yet: <code>wayleave threats look</code> looks through what was
            rolled up.
          </p>
        ) : (
          <div class="policies">
            <ul class="refusals">
              {threats.map((finding) => (
                <Found
                  key={finding.id}
                  finding={finding}
                  policies={answers.policies.map(({ name }) => name)}
                  desk={desk}
                />
              ))}
            </ul>
          </div>
        )
      }
    </Asked>
  );
}

/** What people make of a finding. */
const SAYINGS: readonly { readonly state: ThreatState; readonly label: string; readonly meaning: string }[] = [
  {
    state: 'acknowledged',
    label: 'Somebody looks at it',
    meaning: 'Others see that it is being looked at, and by whom.',
  },
  { state: 'dismissed', label: 'It is harmless', meaning: 'It is listed last from now on, with your reason.' },
  { state: 'resolved', label: 'It is dealt with', meaning: 'It is listed last from now on, with what was done.' },
  { state: 'open', label: 'Open it again', meaning: 'It is listed among what nobody has looked at.' },
];

const STATE_WORDS: Readonly<Record<ThreatState, string>> = {
  open: 'open',
  acknowledged: 'being looked at',
  dismissed: 'harmless',
  resolved: 'dealt with',
};

interface FoundProps {
  readonly finding: ThreatAnswer;
  /** Names of those that can hold a quarantine. */
  readonly policies: readonly string[];
  readonly desk: Desk;
}

type Response = ThreatState | 'quarantine';

function Found({ finding, policies, desk }: FoundProps): VNode {
  const [response, respond] = useState<Response | null>(null);
  const [done, setDone] = useState('');
  const { id, words, severity, severityReason, confidence, confidenceReason, evidence, filter, seen, state, said } =
    finding;
  const suspects = finding.workloads
    .filter(({ part, managed }) => part === 'source' && managed)
    .map(({ name }) => name);
  const button = (to: Response, label: string): VNode => (
    <button
      key={to}
      type="button"
      class="button"
      aria-label={`${label}: ${words}`}
      aria-expanded={response === to}
      onClick={() => respond(response === to ? null : to)}
    >
      {label}
    </button>
  );
  const saying = SAYINGS.find((each) => each.state === response);
  return (
    <li>
      <h2>
        <span class={`badge ${severity === 'high' ? 'refused' : 'plain'}`}>{severity}</span>
        {words} <span class="muted">{STATE_WORDS[state]}</span>
      </h2>
      <Facts
        facts={[
          ['Severity', severityReason],
          ['Confidence', `${percent(confidence)}: ${confidenceReason}`],
          ['Seen', `${moment(seen.from)} to ${moment(seen.to)} UTC`],
          ...(finding.technique ? [['Technique', `${finding.technique.id} ${finding.technique.name}`] as const] : []),
          ['Response', finding.response],
          ...(said ? [['Said', `${said.by}, ${moment(said.at)} UTC: ${said.reason}`] as const] : []),
        ]}
      />
      <ul class="examples">
        {evidence.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <pre class="command">wayleave conversations '{filter}'</pre>
      <div class="verbs">
        {SAYINGS.filter((each) => each.state !== state).map((each) => button(each.state, each.label))}
        {suspects.length > 0 && policies.length > 0 && button('quarantine', `Quarantine ${suspects[0] ?? ''}`)}
        <p class="muted" role="status">
          {done}
        </p>
      </div>
      {suspects.length > 0 && policies.length === 0 && (
        <p class="muted">A quarantine needs a policy to hold it: make one of the recommendation first.</p>
      )}
      {saying && (
        <DecisionForm
          key={saying.state}
          label={`${saying.label}: ${words}`}
          meaning={saying.meaning}
          decider={desk.decider}
          cancel={() => respond(null)}
          submit={async ({ by, reason }) => {
            await desk.sayOfThreat(id, saying.state, by, reason);
            respond(null);
          }}
        />
      )}
      {response === 'quarantine' && (
        <DecisionForm
          key="quarantine"
          label={`Quarantine: ${words}`}
          meaning="An emergency section that cuts it off in both directions, for three days. It goes through the stages like any other section, and can be lifted."
          asked={{ label: 'Policy that holds it', value: policies[0] ?? '', names: policies }}
          decider={desk.decider}
          cancel={() => respond(null)}
          submit={async ({ written, by, reason }) => {
            await desk.quarantine(written, id, by, reason);
            respond(null);
            setDone(`It is drafted in ${written}, and takes effect once it is enforced there.`);
          }}
        />
      )}
    </li>
  );
}
