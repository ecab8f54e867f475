import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Stage, Target } from '../../../../recommender/lifecycle/model';
import type { StoredPolicy } from '../client';
import { DecisionForm, type Asked } from '../decisions/decision-form';
import type { Desk } from '../desk';
import { VERBS, verbsAt, type Verb } from './stages';

interface Props {
  readonly policy: StoredPolicy;
  readonly target: Target;
  /** What it is, for those who do not see where the button is. */
  readonly words: string;
  readonly stages: readonly Stage[];
  readonly desk: Desk;
}

const OVERRIDE: Asked = {
  label: 'Why it is right although the proof does not pass, if that is so',
  value: '',
  optional: true,
};

/** The next steps of a part of a policy. */
export function ActButtons({ policy, target, words, stages, desk }: Props): VNode {
  const [verb, setVerb] = useState<Verb | null>(null);
  return (
    <>
      <div class="verbs">
        {verbsAt(stages).map((each) => (
          <button
            key={each}
            type="button"
            class="button"
            aria-label={`${VERBS[each].label}: ${words}`}
            aria-expanded={verb === each}
            onClick={() => setVerb(verb === each ? null : each)}
          >
            {VERBS[each].label}
          </button>
        ))}
      </div>
      {verb !== null && (
        <DecisionForm
          key={verb}
          label={`${VERBS[verb].label}: ${words}`}
          meaning={VERBS[verb].meaning}
          {...(verb === 'enforce' ? { asked: OVERRIDE } : {})}
          decider={desk.decider}
          cancel={() => setVerb(null)}
          submit={async ({ written, by, reason }) => {
            const about = { revision: policy.revision.number, target };
            await desk.act(
              policy,
              verb === 'withdraw'
                ? { kind: verb, ...about, to: 'draft' }
                : { kind: verb, ...about, ...(written === '' ? {} : { override: written }) },
              by,
              reason,
            );
            setVerb(null);
          }}
        />
      )}
    </>
  );
}
