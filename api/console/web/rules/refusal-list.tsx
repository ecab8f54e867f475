import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Policy, Refusal } from '../../../../recommender/model/policy';
import { DecisionForm } from '../decisions/decision-form';
import type { Desk } from '../desk';
import { count, moment, REFUSAL_WORDS } from '../words';

interface Props {
  /** Of which it is refused. */
  readonly policy: Pick<Policy, 'id' | 'refusals'>;
  readonly desk: Desk;
}

/** What was seen and is not proposed, and what of it a person wants all the same. */
export function RefusalList({ policy, desk }: Props): VNode {
  if (policy.refusals.length === 0) return <p class="empty">Everything that was seen is covered by a proposed rule.</p>;
  return (
    <ul class="refusals">
      {policy.refusals.map((refusal) => (
        <li key={`${refusal.code} ${refusal.reason}`}>
          <h2>
            <span class="badge refused">{REFUSAL_WORDS[refusal.code]}</span>
            {refusal.reason}
          </h2>
          <p class="muted">
            {count(refusal.dependencies, 'dependency', 'dependencies')}, {count(refusal.connections, 'connection')}
          </p>
          {refusal.refused ? (
            <RefusedUses policy={policy.id} refusal={refusal} refused={refusal.refused} desk={desk} />
          ) : (
            <ul class="examples">
              {refusal.examples.map((example) => (
                <li key={example}>{example}</li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

interface RefusedProps {
  readonly policy: string;
  readonly refusal: Refusal;
  readonly refused: NonNullable<Refusal['refused']>;
  readonly desk: Desk;
}

const SHOWN = 20;

function RefusedUses({ policy, refusal, refused, desk }: RefusedProps): VNode {
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState(false);
  const [done, setDone] = useState('');
  const toggle = (id: string): void =>
    choose(new Set(chosen.has(id) ? [...chosen].filter((each) => each !== id) : [...chosen, id]));
  const left = refusal.dependencies - Math.min(SHOWN, refused.length);
  return (
    <>
      <ul class="examples">
        {refused.slice(0, SHOWN).map(({ id, words, firstSeen, lastSeen }) => (
          <li key={id}>
            <label class="choice">
              <input type="checkbox" checked={chosen.has(id)} onChange={() => toggle(id)} />
              {words}, {moment(firstSeen)} to {moment(lastSeen)} UTC
            </label>
          </li>
        ))}
      </ul>
      {left > 0 && <p class="muted">and {count(left, 'more', 'more')}</p>}
      <div class="verbs">
        <button
          type="button"
          class="button"
          aria-label={`Accept what is chosen: ${refusal.reason}`}
          aria-expanded={open}
          disabled={chosen.size === 0}
          onClick={() => setOpen(!open)}
        >
          Accept
        </button>
        <p class="muted" role="status">
          {chosen.size > 0 ? `${count(chosen.size, 'use')} chosen` : done}
        </p>
      </div>
      {open && chosen.size > 0 && (
        <DecisionForm
          label={`Accept ${count(chosen.size, 'use')}`}
          meaning="The next recommendation proposes rules for them, marked as accepted by a person."
          decider={desk.decider}
          cancel={() => setOpen(false)}
          submit={async ({ by, reason }) => {
            await desk.decideRules({ kind: 'accept', policy, refused: [...chosen], by, reason });
            setOpen(false);
            setDone('It is on record, and the next recommendation holds to it.');
            choose(new Set());
          }}
        />
      )}
    </>
  );
}
