import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Rule } from '../../../../recommender/model/policy';
import type { PolicyAnswer } from '../../contract';
import type { Desk } from '../desk';
import { RuleEvidence } from '../inspector/rule-evidence';
import { percent } from '../words';
import { ActButtons } from './act-buttons';
import { Comments } from './comments';
import { STAGE_WORDS, stageOf } from './stages';

interface Props {
  readonly rule: Rule;
  readonly policy: PolicyAnswer;
  readonly desk: Desk;
}

/** One rule in words; opened, all that is behind it and what can be done with it. */
export function RuleItem({ rule, policy, desk }: Props): VNode {
  const [open, setOpen] = useState(false);
  const stage = stageOf(rule, policy.units);
  return (
    <li>
      <button type="button" class="row-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class={`badge stage-${stage}`}>{STAGE_WORDS[stage]}</span>
        {rule.action === 'deny' && <span class="badge refused">deny</span>}
        {rule.words} <span class="muted numeric">{percent(rule.confidence)}</span>
        {rule.lease && <span class="badge">for a time</span>}
        {rule.extra && <span class="badge refused">opens more</span>}
        {rule.alertOnly && <span class="badge">only logs</span>}
      </button>
      {open && (
        <div class="drawer">
          <ActButtons
            policy={policy}
            target={{ kind: 'rule', rule: rule.id }}
            words={rule.words}
            stages={[stage]}
            desk={desk}
          />
          <RuleEvidence rule={rule} />
          <Comments policy={policy} target={{ kind: 'rule', rule: rule.id }} about={rule.words} desk={desk} />
        </div>
      )}
    </li>
  );
}
