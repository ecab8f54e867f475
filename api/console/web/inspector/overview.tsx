import type { VNode } from 'preact';
import type { ReplayAnswer } from '../../contract';
import type { Desk } from '../desk';
import type { Estate } from '../estate';
import type { Answers } from '../use-answers';
import type { Go } from '../use-place';
import { count, number, percent, span } from '../words';
import { Exporters } from './exporters';
import { Remarks } from './remarks';

interface Props {
  readonly answers: Answers;
  readonly estate: Estate;
  readonly go: Go;
  readonly desk: Desk;
}

/** The rest of what there is to say comes below. */
const DENIED_SHOWN = 3;

/** How the proposed policy does, before anything is selected. */
export function Overview({ answers, estate, go, desk }: Props): VNode {
  const { policy, replay, map, topology, exporters, decisions } = answers;
  return (
    <>
      <header class="heading">
        <div>
          <p class="eyebrow">Policy</p>
          <h2>{policy?.name ?? 'Nothing proposed yet'}</h2>
        </div>
      </header>
      {policy !== null && policy.topology !== map.topology && (
        <p class="warning" role="note">
          These rules were proposed from an earlier analysis than the one on the map.
        </p>
      )}
      {policy === null ? (
        <p>
          The applications and tiers are found. <code>wayleave recommend</code> proposes the rules between them.
        </p>
      ) : replay === null ? (
        <p>
          Not replayed yet. <code>wayleave replay</code> shows what these rules would deny and what they leave open, on
          traffic they were not made from.
        </p>
      ) : (
        <Replay replay={replay} />
      )}
      {policy !== null && policy.refusals.length > 0 && (
        <>
          <h3>Not proposed</h3>
          <p>
            {number(policy.refusals.length)} kinds of traffic were seen and left out.{' '}
            <button type="button" class="link" onClick={() => go({ tab: 'refusals' })}>
              Reasons
            </button>
          </p>
        </>
      )}
      {topology !== null && <Remarks topology={topology} decisions={decisions} estate={estate} go={go} desk={desk} />}
      {exporters.length > 0 && <Exporters exporters={exporters} />}
      <p class="hint muted">Select a box or a line on the map, or a rule in the table, to see what is behind it.</p>
    </>
  );
}

function Replay({ replay }: { readonly replay: ReplayAnswer }): VNode {
  const { legitimate, denied, surface, deniedExamples } = replay;
  return (
    <>
      <h3>Replayed over {span(replay.window)}</h3>
      <div class="figures">
        <div>
          <p class="figure">{percent(denied.shareOfConnections)}</p>
          <p>
            of legitimate connections would be denied
            <span class="muted">
              {number(denied.connections)} of {number(legitimate.connections)}; {percent(denied.shareOfPackets)} of
              packets
            </span>
          </p>
        </div>
        <div>
          <p class="figure">{percent(surface.share)}</p>
          <p>
            of the attack surface is left open
            <span class="muted">
              {number(surface.open)} of {count(surface.possible, 'way')} to a listening service
            </span>
          </p>
        </div>
      </div>
      {deniedExamples.length > 0 && (
        <>
          <h3>Would be denied</h3>
          <ul class="denied">
            {deniedExamples.slice(0, DENIED_SHOWN).map(({ words, connections, why }) => (
              <li key={words}>
                <p>
                  {words} <span class="muted">{count(connections, 'connection')}</span>
                </p>
                <p class="muted">{why}</p>
              </li>
            ))}
          </ul>
          {deniedExamples.length > DENIED_SHOWN && (
            <p class="muted">
              and {number(deniedExamples.length - DENIED_SHOWN)} more; <code>wayleave replay --json</code> lists them
            </p>
          )}
        </>
      )}
    </>
  );
}
