import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { PoliciesAnswer } from '../../contract';
import { Asked } from '../asked';
import type { Client, StoredPolicy } from '../client';
import { DecisionForm } from '../decisions/decision-form';
import type { Desk } from '../desk';
import type { Estate } from '../estate';
import type { Answers } from '../use-answers';
import { useAnswer } from '../use-answer';
import { Comments } from './comments';
import { History } from './history';
import { Overrides } from './overrides';
import { PolicySections } from './policy-sections';
import { StageTable } from './stage-table';

interface Props {
  readonly answers: Answers;
  readonly estate: Estate;
  readonly client: Client;
  readonly desk: Desk;
}

/** Policies that people work with: how far each is, what it says and why, and what was done with it. */
export function Policies({ answers, estate, client, desk }: Props): VNode {
  const [chosen, choose] = useState<string | null>(null);
  const asking = useAnswer(async () => {
    const policies = await client.policies();
    const id = policies.find((each) => each.id === chosen)?.id ?? policies[0]?.id;
    return { policies, policy: id === undefined ? null : await client.policy(id) };
  }, [client, chosen, answers]);
  return (
    <Asked asking={asking} waiting="Reading the policies…">
      {({ policies, policy }) => (
        <div class="policies">
          <Choice {...{ policies, policy, choose, answers, desk }} />
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
  readonly policies: PoliciesAnswer;
  readonly policy: StoredPolicy | null;
  readonly choose: (id: string) => void;
  readonly answers: Answers;
  readonly desk: Desk;
}

function Choice({ policies, policy, choose, answers, desk }: ChoiceProps): VNode {
  const [open, setOpen] = useState(false);
  const recommended = answers.policy;
  return (
    <>
      <div class="compared">
        {policy !== null && (
          <label>
            Policy
            <select value={policy.id} onChange={(event) => choose(event.currentTarget.value)}>
              {policies.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
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

function standing({ head, active, owner }: StoredPolicy): string {
  const force = active === null ? 'nothing of it is in force' : `revision ${active} is in force`;
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
