import type { ComponentChildren, VNode } from 'preact';
import type { ProofAnswer } from '../../contract';
import { Asked } from '../asked';
import type { Client, Weighing } from '../client';
import type { Desk } from '../desk';
import type { Answers } from '../use-answers';
import { useAnswer } from '../use-answer';
import { Curve } from './curve';
import { Reach } from './reach';
import { ReplaySummary } from './replay-summary';
import { Work } from './work';

interface Props {
  readonly answers: Answers;
  readonly client: Client;
  readonly desk: Desk;
}

/** Why the latest recommendation can be trusted, or cannot. */
export function Proof({ answers, client, desk }: Props): VNode {
  const asking = useAnswer(async () => {
    const [proof, curve, reach] = await Promise.all([client.proof(), client.curve(), client.reach()]);
    return { proof, curve, reach };
  }, [client, answers]);
  if (answers.policy === null) {
    return (
      <p class="empty">
        There is nothing to prove yet. Run <code>wayleave recommend</code>, then refresh.
      </p>
    );
  }
  return (
    <Asked asking={asking} waiting="Reading the proofs…">
      {({ proof, curve, reach }) => (
        <div class="policies proofs">
          <section>
            <h2>May it be enforced?</h2>
            {proof === null ? (
              <Missing what="proof" desk={desk}>
                Rules made from some days have not been tried on others yet.
              </Missing>
            ) : (
              <Gate proof={proof} />
            )}
          </section>
          <section>
            <h2>How many rules?</h2>
            {curve === null ? (
              <Missing what="curve" desk={desk}>
                What fewer rules would open has not been computed yet.
              </Missing>
            ) : (
              <Curve curve={curve} consolidate={desk.consolidate} />
            )}
          </section>
          {answers.replay === null ? (
            <section>
              <h2>Replay</h2>
              <Missing what="replay" desk={desk}>
                The rules have not been replayed over any traffic yet.
              </Missing>
            </section>
          ) : (
            <ReplaySummary replay={answers.replay} />
          )}
          <section>
            <h2>How far would an intruder get?</h2>
            {reach === null ? (
              <Missing what="reach" desk={desk}>
                Which ways to the crown jewels are left has not been asked yet.
              </Missing>
            ) : (
              <Reach reach={reach} />
            )}
          </section>
        </div>
      )}
    </Asked>
  );
}

interface MissingProps {
  readonly what: Weighing;
  readonly desk: Desk;
  readonly children: ComponentChildren;
}

const LABELS: Readonly<Record<Weighing, string>> = {
  proof: 'Try them on other days',
  curve: 'Compute the curve',
  replay: 'Replay the traffic there is',
  reach: 'Follow the ways',
};

/** What nobody has asked for yet, and how to. */
function Missing({ what, desk, children }: MissingProps): VNode {
  return (
    <>
      <p class="muted">{children}</p>
      <Work label={LABELS[what]} busy="That takes some seconds…" work={() => desk.weigh(what)} />
    </>
  );
}

const VERDICTS: Readonly<Record<ProofAnswer['verdict'], readonly [words: string, tone: string]>> = {
  passed: ['passes', 'decided'],
  failed: ['does not pass', 'refused'],
  unproven: ['not proved', 'plain'],
};

function Gate({ proof: { verdict, words, checks, forecast, reservations } }: { readonly proof: ProofAnswer }): VNode {
  const [said, tone] = VERDICTS[verdict];
  return (
    <>
      <p>
        <span class={`badge ${tone}`}>{said}</span>
        {verdict === 'unproven' && words}
      </p>
      <ul class="reasons">
        {checks.map((check) => (
          <li key={check.words}>
            {!check.within && <span class="badge refused">over</span>}
            {check.words}
          </li>
        ))}
        {reservations.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {forecast.words !== '' && (
        <>
          <h3>What is to be expected</h3>
          <p>{forecast.words}</p>
        </>
      )}
    </>
  );
}
