import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Asked } from '../asked';
import { chosenOf, type Client, type StoredPolicy } from '../client';
import { DecisionForm } from '../decisions/decision-form';
import type { Desk } from '../desk';
import type { Estate } from '../estate';
import type { Place } from '../hash';
import type { Answers } from '../use-answers';
import { useAnswer } from '../use-answer';
import type { Go } from '../use-place';
import { Comments } from './comments';
import { History } from './history';
import { PolicyChoice } from './policy-choice';
import { Overrides } from './overrides';
import { PolicySections } from './policy-sections';
import { StageTable } from './stage-table';

interface Props {
  readonly answers: Answers;
  readonly estate: Estate;
  readonly place: Place;
  readonly go: Go;
  readonly client: Client;
  readonly desk: Desk;
}

/** Policies that people work with: how far each is, what it says and why, and what was done with it. */
export function Policies({ answers, estate, place, go, client, desk }: Props): VNode {
  const chosen = chosenOf(answers.policies, place.policy);
  const asking = useAnswer(async () => {
    return chosen === undefined ? null : client.policy(chosen.id);
  }, [client, chosen]);
  return (
    <Asked asking={asking} waiting="Reading the policies…">
      {(policy) => (
        <div class="policies">
          <Choice policy={policy} choose={(id) => go({ policy: id })} answers={answers} desk={desk} />
          {policy === null ? (
            <p class="empty">
              There is no policy yet. A recommendation becomes one when you take it over; from then on every change is
              kept, and nothing is enforced before it was reviewed and approved.
            </p>
          ) : (
            <Whole key={policy.id} {...{ policy, estate, client, desk }} />
          )}
        </div>
      )}
    </Asked>
  );
}

interface ChoiceProps {
  readonly policy: StoredPolicy | null;
  readonly choose: (id: string) => void;
  readonly answers: Answers;
  readonly desk: Desk;
}

function Choice({ policy, choose, answers, desk }: ChoiceProps): VNode {
  const [open, setOpen] = useState(false);
  const recommended = answers.policy;
  return (
    <>
      <div class="compared">
        <PolicyChoice policies={answers.policies} chosen={policy?.id} choose={choose} />
        {policy !== null && <p class="muted">{standing(policy)}</p>}
        {recommended !== null && (
          <button type="button" class="button" aria-expanded={open} onClick={() => setOpen(!open)}>
            Make a policy of the recommendation
          </button>
        )}
      </div>
      {open && recommended !== null && (
        <DecisionForm
          label="Make a policy of the recommendation"
          meaning={`A new policy whose first revision is "${recommended.name}". All of it is a draft.`}
          asked={{ label: 'Its name', value: recommended.name }}
          decider={desk.decider}
          cancel={() => setOpen(false)}
          submit={async ({ written, by, reason }) => {
            choose(await desk.takeOver(recommended.id, written, by, reason));
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

function standing({ head, active, owner, revision }: StoredPolicy): string {
  const blocks = revision.units.some(({ stage }) => stage === 'enforced');
  const force =
    active === null
      ? 'nothing of it is staged or enforced'
      : `revision ${active} is ${blocks ? 'in force' : 'staged and only logs'}`;
  return `Revision ${head}; ${force}; ${owner === null ? 'nobody owns it' : `owned by ${owner}`}`;
}

interface WholeProps {
  readonly policy: StoredPolicy;
  readonly estate: Estate;
  readonly client: Client;
  readonly desk: Desk;
}

function Whole({ policy, estate, client, desk }: WholeProps): VNode {
  const { effect } = policy.revision;
  return (
    <>
      <Overrides overrides={policy.overrides} />
      {effect.length > 0 && (
        <ul class="reasons" aria-label="What this revision does">
          {effect.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      )}
      <h2>How far it is</h2>
      <StageTable policy={policy} estate={estate} desk={desk} />
      <h2>Rules</h2>
      <PolicySections policy={policy} desk={desk} />
      <h2>Revisions</h2>
      <History policy={policy} client={client} desk={desk} />
      <Comments policy={policy} target={{ kind: 'all' }} about={policy.name} desk={desk} />
    </>
  );
}
