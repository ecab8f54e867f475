import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { SharedCandidate } from '../../../../analytics/model/topology';
import type { DecisionsAnswer } from '../../contract';
import type { Desk } from '../desk';
import { fewOf, number, percent } from '../words';
import { DecisionForm } from '../decisions/decision-form';
import { meaningOf, VERBS } from '../decisions/verbs';

interface Props {
  readonly candidates: readonly SharedCandidate[];
  readonly decisions: DecisionsAnswer;
  readonly nameOf: (workload: string) => string;
  readonly desk: Desk;
}

const REASONS_SHOWN = 3;
const MEMBERS_SHOWN = 6;

/** What nearly is a shared service; people may say that it is one. */
export function Candidates({ candidates, decisions, nameOf, desk }: Props): VNode | null {
  const [open, setOpen] = useState<number | null>(null);
  const shared = new Set(
    decisions.flatMap(({ wish, undone }) => (wish.kind === 'share' && !undone ? [keyOf(wish.workloads)] : [])),
  );
  if (candidates.length === 0) return null;
  return (
    <>
      <h3>
        Nearly shared services <span class="tab-count">{number(candidates.length)}</span>
      </h3>
      <ul class="reasons">
        {candidates.map(({ name, members, confidence, reasons }, at) => (
          <li key={keyOf(members)}>
            <p>
              {name}, {percent(confidence)} sure: {fewOf(members.map(nameOf), MEMBERS_SHOWN)}
            </p>
            {reasons.slice(0, REASONS_SHOWN).map(({ text }) => (
              <p key={text} class="muted">
                {text}
              </p>
            ))}
            <div class="verbs">
              <button
                type="button"
                class="button"
                aria-label={`Make ${name} a shared service`}
                aria-expanded={open === at}
                disabled={shared.has(keyOf(members))}
                onClick={() => setOpen(open === at ? null : at)}
              >
                {shared.has(keyOf(members)) ? 'Shared from the next analysis on' : 'Make it a shared service'}
              </button>
            </div>
            {open === at && (
              <DecisionForm
                label={`Make ${name} a shared service`}
                meaning={meaningOf('share', { name, kind: 'shared-service' }, members.length)}
                asked={{ label: VERBS.share.asks?.label ?? '', value: name }}
                decider={desk.decider}
                cancel={() => setOpen(null)}
                submit={async ({ written, by, reason }) => {
                  await desk.decide({ kind: 'share', workloads: members, name: written }, by, reason);
                  setOpen(null);
                }}
              />
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function keyOf(workloads: readonly string[]): string {
  return workloads.join(' ');
}
