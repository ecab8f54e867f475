import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Stage } from '../../../../recommender/lifecycle/model';
import type { Rule } from '../../../../recommender/model/policy';
import type { StoredPolicy } from '../client';
import type { Desk } from '../desk';
import { RuleEvidence } from '../inspector/rule-evidence';
import { percent } from '../words';
import { ActButtons } from './act-buttons';
import { Comments } from './comments';
import { STAGE_WORDS } from './stages';

interface Props {
  readonly rule: Rule;
  readonly stage: Stage;
  readonly policy: StoredPolicy;
  readonly desk: Desk;
}

/** One rule in words; opened, all that is behind it and what can be done with it. */
export function RuleItem({ rule, stage, policy, desk }: Props): VNode {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <button type="button" class="row-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class={`badge stage-${stage}`}>{STAGE_WORDS[stage]}</span>
        {rule.action === 'deny' && <span class="badge refused">deny</span>}
        {rule.words} <span class="muted numeric">{percent(rule.confidence)}</span>
        {rule.lease && <span class="badge plain">for a time</span>}
        {rule.extra && <span class="badge refused">opens more</span>}
        {rule.alertOnly && <span class="badge plain">only logs</span>}
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
