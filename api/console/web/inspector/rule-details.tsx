import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Rule, Selector } from '../../../../recommender/model/policy';
import { DecisionForm } from '../decisions/decision-form';
import type { Desk } from '../desk';
import type { Estate } from '../estate';
import { selectorWords } from '../rules/rows';
import { serviceWords } from '../words';
import { Facts } from './facts';
import { Heading } from './heading';
import { RuleEvidence } from './rule-evidence';

interface Props {
  readonly rule: Rule;
  /** Id of the recommendation that it is of. */
  readonly policy: string;
  readonly estate: Estate;
  readonly desk: Desk;
  readonly close: () => void;
}

export function RuleDetails({ rule, policy, estate, desk, close }: Props): VNode {
  const words = (selectors: readonly Selector[]): string =>
    selectors.map((s) => (s.kind === 'group' ? estate.nameOf(s.group) : selectorWords(s, new Map()))).join(', ');
  return (
    <>
      <Heading kind={rule.action === 'allow' ? 'Allow rule' : 'Deny rule'} title={rule.words} close={close} />
      <Facts
        facts={[
          ['Source', words(rule.sources)],
          ['Destination', words(rule.destinations)],
          ['Services', <span class="mono">{rule.services.map(serviceWords).join(', ')}</span>],
        ]}
      />
      <Reject rule={rule} policy={policy} desk={desk} />
      <RuleEvidence rule={rule} />
    </>
  );
}

/** A rule that nobody wants, whatever the traffic says. */
function Reject({ rule, policy, desk }: Pick<Props, 'rule' | 'policy' | 'desk'>): VNode {
  const [open, setOpen] = useState(false);
  const [done, setDone] = useState('');
  return (
    <>
      <div class="verbs">
        <button type="button" class="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          Reject
        </button>
        <p class="muted" role="status">
          {done}
        </p>
      </div>
      {open && (
        <DecisionForm
          label={`Reject ${rule.words}`}
          meaning="The next recommendation leaves out whatever says this, and lists it among what is not proposed."
          decider={desk.decider}
          cancel={() => setOpen(false)}
          submit={async ({ by, reason }) => {
            await desk.decideRules({ kind: 'reject', policy, rule: rule.id, by, reason });
            setOpen(false);
            setDone('It is on record, and the next recommendation holds to it.');
          }}
        />
      )}
    </>
  );
}
