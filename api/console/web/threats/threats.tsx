import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ThreatsAnswer } from '../../contract';
import { Asked } from '../asked';
import type { Client } from '../client';
import { DecisionForm } from '../decisions/decision-form';
import type { Desk } from '../desk';
import { Facts } from '../inspector/facts';
import type { Answers } from '../use-answers';
import { useAnswer } from '../use-answer';
import { moment, percent, span } from '../words';

interface Props {
  readonly answers: Answers;
  readonly client: Client;
  readonly desk: Desk;
}

/** What looks like somebody who should not be there, and what can be done about it. */
export function Threats({ answers, client, desk }: Props): VNode {
  const asking = useAnswer(() => client.threats(), [client, answers]);
  return (
    <Asked asking={asking} waiting="Looking…">
      {(report) =>
        report === null ? (
          <p class="empty">
            Nobody has looked for threats yet. <code>wayleave threats</code> looks through what was rolled up.
          </p>
        ) : (
          <Report report={report} desk={desk} />
        )
      }
    </Asked>
  );
}

function Report({ report, desk }: { readonly report: ThreatsAnswer; readonly desk: Desk }): VNode {
  return (
    <div class="policies">
      <p class="muted">Looked at {span(report.window)}.</p>
      {report.findings.length === 0 ? (
        <p class="empty">Nothing was found.</p>
      ) : (
        <ul class="refusals">
          {report.findings.map((finding) => (
            <Found key={finding.id} finding={finding} desk={desk} />
          ))}
        </ul>
      )}
      {report.unjudged.length > 0 && (
        <>
          <h2>Not looked for, and why</h2>
          <ul class="reasons">
            {report.unjudged.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

interface FoundProps {
  readonly finding: ThreatsAnswer['findings'][number];
  readonly desk: Desk;
}

function Found({ finding, desk }: FoundProps): VNode {
  const [open, setOpen] = useState(false);
  const { words, severity, severityReason, confidence, confidenceReason, evidence, filter, seen, technique } = finding;
  const sources = finding.workloads.filter(({ part, managed }) => part === 'source' && managed);
  return (
    <li>
      <h2>
        <span class={`badge ${severity === 'high' ? 'refused' : 'plain'}`}>{severity}</span>
        {words}
      </h2>
      <Facts
        facts={[
          ['Severity', severityReason],
          ['Confidence', `${percent(confidence)}: ${confidenceReason}`],
          ['Seen', `${moment(seen.from)} to ${moment(seen.to)} UTC`],
          ...(technique ? [['Technique', `${technique.id} ${technique.name}`] as const] : []),
          ['Response', finding.response],
        ]}
      />
      <ul class="examples">
        {evidence.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <pre class="command">wayleave conversations '{filter}'</pre>
      {sources.length > 0 && (
        <div class="verbs">
          <button
            type="button"
            class="button"
            aria-label={`Quarantine: ${words}`}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            Quarantine {sources.map(({ name }) => name).join(', ')}
          </button>
        </div>
      )}
      {open && (
        <DecisionForm
          label={`Quarantine: ${words}`}
          meaning="An emergency section that cuts these workloads off from all but what they need to be looked at. It goes through the stages like any other, and can be lifted."
          decider={desk.decider}
          cancel={() => setOpen(false)}
          submit={async ({ by, reason }) => {
            await desk.quarantine(finding.id, by, reason);
            setOpen(false);
          }}
        />
      )}
    </li>
  );
}
