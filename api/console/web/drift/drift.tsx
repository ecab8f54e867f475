import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { DriftAnswer } from '../../contract';
import { Asked } from '../asked';
import type { Client } from '../client';
import { DecisionForm } from '../decisions/decision-form';
import type { Desk } from '../desk';
import type { Answers } from '../use-answers';
import { useAnswer } from '../use-answer';
import { count, fewOf, moment, span } from '../words';
import { FINDING_WORDS } from './finding-words';

interface Props {
  readonly answers: Answers;
  readonly client: Client;
  readonly desk: Desk;
}

/** How the policy and the traffic of late hours differ, application by application. */
export function Drift({ answers, client, desk }: Props): VNode {
  const asking = useAnswer(() => client.drift(), [client, answers]);
  return (
    <Asked asking={asking} waiting="Comparing…">
      {(report) =>
        report === null ? (
          <p class="empty">
            No policy has been compared with the traffic that came after it yet. <code>wayleave drift</code> compares;
            it needs a policy and hours that were rolled up since.
          </p>
        ) : (
          <Report report={report} desk={desk} />
        )
      }
    </Asked>
  );
}

const SHOWN = 100;

function Report({ report, desk }: { readonly report: DriftAnswer; readonly desk: Desk }): VNode {
  const { rerun, digest, findings, leftOff, window, words } = report;
  const [application, choose] = useState<string | null>(null);
  const shown = findings.filter((finding) => application === null || finding.application === application);
  return (
    <div class="policies">
      <p class="muted">
        {words} {window !== null && `Compared ${span(window)}.`}
      </p>
      {rerun.advised && (
        <div class="warning" role="status">
          <h2>A new recommendation is advised</h2>
          <ul class="reasons">
            {rerun.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </div>
      )}
      {digest.length > 0 && (
        <div class="verbs" role="group" aria-label="Applications">
          {[{ application: null, name: 'All', words: count(findings.length, 'finding') }, ...digest].map((each) => (
            <button
              key={each.application ?? each.name}
              type="button"
              class="button digest"
              aria-pressed={application === each.application}
              onClick={() => choose(each.application)}
            >
              {each.name} <span class="muted">{each.words}</span>
            </button>
          ))}
        </div>
      )}
      <ul class="refusals">
        {shown.slice(0, SHOWN).map((finding) => (
          <Found key={finding.id} report={report} finding={finding} desk={desk} />
        ))}
      </ul>
      {shown.length + leftOff > SHOWN && (
        <p class="muted">
          and {count(Math.max(0, shown.length - SHOWN) + leftOff, 'finding')} more; <code>wayleave drift</code> lists
          them
        </p>
      )}
    </div>
  );
}

interface FoundProps {
  readonly report: DriftAnswer;
  readonly finding: DriftAnswer['findings'][number];
  readonly desk: Desk;
}

function Found({ report, finding, desk }: FoundProps): VNode {
  const [open, setOpen] = useState(false);
  const { kind, severity, because, words, firstSeen, lastSeen, connections, who, whoCount, filter, dismissed } =
    finding;
  return (
    <li>
      <h2>
        <span class={`badge ${severity === 'critical' || severity === 'high' ? 'refused' : 'plain'}`}>{severity}</span>
        {FINDING_WORDS[kind]}: {words}
      </h2>
      <p class="muted">
        {because}. {count(connections, 'connection')}, {moment(firstSeen)} to {moment(lastSeen)} UTC
        {who.length > 0 &&
          `; ${fewOf(who, 5)}${whoCount > who.length ? ` (${count(whoCount, 'in all', 'in all')})` : ''}`}
      </p>
      {filter !== '' && <pre class="command">wayleave conversations '{filter}'</pre>}
      {dismissed ? (
        <p class="muted">
          Let be by {dismissed.by}: {dismissed.reason}
        </p>
      ) : (
        <div class="verbs">
          <button
            type="button"
            class="button"
            aria-label={`Let be: ${words}`}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            Let it be
          </button>
        </div>
      )}
      {open && (
        <DecisionForm
          label={`Let be: ${words}`}
          meaning="It is listed last until it changes materially. The policy stays as it is."
          decider={desk.decider}
          cancel={() => setOpen(false)}
          submit={async ({ by, reason }) => {
            await desk.dismissDrift(report.policy, finding.id, by, reason);
            setOpen(false);
          }}
        />
      )}
    </li>
  );
}
