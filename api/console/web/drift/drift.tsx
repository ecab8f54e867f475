import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { DriftAnswer, PolicySummary } from '../../contract';
import { Asked } from '../asked';
import { chosenOf, type Client } from '../client';
import { DecisionForm } from '../decisions/decision-form';
import type { Desk } from '../desk';
import type { Place } from '../hash';
import { PolicyChoice } from '../policies/policy-choice';
import type { Answers } from '../use-answers';
import { useAnswer } from '../use-answer';
import type { Go } from '../use-place';
import { count, fewOf, moment } from '../words';
import { FINDING_WORDS } from './finding-words';

interface Props {
  readonly answers: Answers;
  readonly place: Place;
  readonly go: Go;
  readonly client: Client;
  readonly desk: Desk;
}

/** How a policy, or the recommendation while there is none, and the traffic of late hours differ. */
export function Drift({ answers, place, go, client, desk }: Props): VNode {
  const chosen = chosenOf(answers.policies, place.policy);
  const asking = useAnswer(async () => {
    const about = chosen?.id ?? answers.policy?.id;
    return { policy: chosen, about, report: about === undefined ? null : await client.drift(about) };
  }, [client, chosen, answers]);
  return (
    <Asked asking={asking} waiting="Comparing…">
      {({ policy, about, report }) => (
        <div class="policies">
          <PolicyChoice policies={answers.policies} chosen={policy?.id} choose={(id) => go({ policy: id })} />
          {report === null || about === undefined ? (
            <p class="empty">
              {policy === undefined ? 'No policy' : `"${policy.name}"`} has not been compared with the traffic that came
              after it yet. It is, with every roll-up, once there is a policy or a recommendation, and{' '}
              <code>wayleave drift</code> compares at once.
            </p>
          ) : (
            <Report key={about} {...{ report, about, policy, desk }} />
          )}
        </div>
      )}
    </Asked>
  );
}

const SHOWN = 100;

interface ReportProps {
  readonly report: DriftAnswer;
  /** Id of the stored policy or the recommendation. */
  readonly about: string;
  readonly policy: PolicySummary | undefined;
  readonly desk: Desk;
}

function Report({ report, about, policy, desk }: ReportProps): VNode {
  const { rerun, digest, findings, leftOff, words } = report;
  const [application, choose] = useState<string | null>(null);
  const shown = findings.filter((finding) => application === null || (finding.application?.id ?? '') === application);
  return (
    <>
      <p class="muted">{words}</p>
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
          {[
            { id: null, name: 'All', words: count(findings.length, 'finding') },
            ...digest.map((each) => ({
              id: each.application?.id ?? '',
              name: each.application?.name ?? 'No single application',
              words: each.words,
            })),
          ].map(({ id, name, words: said }) => (
            <button
              key={id}
              type="button"
              class="button digest"
              aria-pressed={application === id}
              onClick={() => choose(id)}
            >
              {name} <span class="muted">{said}</span>
            </button>
          ))}
        </div>
      )}
      <Proposed report={report} policy={policy} desk={desk} />
      <ul class="refusals">
        {shown.slice(0, SHOWN).map((finding) => (
          <Found key={finding.id} about={about} finding={finding} desk={desk} />
        ))}
      </ul>
      {shown.length + leftOff > SHOWN && (
        <p class="muted">
          and {count(Math.max(0, shown.length - SHOWN) + leftOff, 'finding')} more; <code>wayleave drift</code> lists
          them
        </p>
      )}
    </>
  );
}

/** The rules that would cover what is new. */
function Proposed({ report, policy, desk }: Omit<ReportProps, 'about'>): VNode | null {
  const [open, setOpen] = useState(false);
  const [done, setDone] = useState('');
  const rules = report.delta.sections.flatMap((section) => section.rules);
  if (rules.length === 0) return null;
  return (
    <details>
      <summary>{count(rules.length, 'rule')} would cover what is new</summary>
      <ul class="reasons">
        {rules.slice(0, SHOWN).map(({ id, words }) => (
          <li key={id}>{words}</li>
        ))}
      </ul>
      {policy === undefined ? (
        <p class="muted">They can be taken over once a policy was made of the recommendation.</p>
      ) : (
        <div class="verbs">
          <button type="button" class="button" aria-expanded={open} onClick={() => setOpen(!open)}>
            Draft them into {policy.name}
          </button>
          <p class="muted" role="status">
            {done}
          </p>
        </div>
      )}
      {open && policy !== undefined && (
        <DecisionForm
          label={`Draft ${count(rules.length, 'rule')} into ${policy.name}`}
          meaning="A new revision with these rules beside those there are. Nothing in the network changes until it is staged or enforced."
          decider={desk.decider}
          cancel={() => setOpen(false)}
          submit={async ({ by, reason }) => {
            await desk.acceptDrift(policy, by, reason);
            setOpen(false);
            setDone(`They are in a new revision of ${policy.name}, as drafts.`);
          }}
        />
      )}
    </details>
  );
}

interface FoundProps {
  readonly about: string;
  readonly finding: DriftAnswer['findings'][number];
  readonly desk: Desk;
}

function Found({ about, finding, desk }: FoundProps): VNode {
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
            await desk.dismissDrift(about, finding.id, by, reason);
            setOpen(false);
          }}
        />
      )}
    </li>
  );
}
