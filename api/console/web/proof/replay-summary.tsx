import type { VNode } from 'preact';
import type { ReplayAnswer } from '../../contract';
import { count, number, percent, span } from '../words';

const SHOWN = 20;

/** What the rules would have done to traffic they were not made from. */
export function ReplaySummary({ replay }: { readonly replay: ReplayAnswer }): VNode {
  const { window, legitimate, denied, surface, deniedExamples } = replay;
  return (
    <section>
      <h2>Replayed over {span(window)}</h2>
      <ul class="reasons">
        <li>
          {percent(denied.shareOfConnections)} of {count(legitimate.connections, 'legitimate connection')} would be
          denied, {percent(denied.shareOfPackets)} of their packets
        </li>
        <li>
          {number(surface.open)} of {count(surface.possible, 'way')} between a workload and a listening service stay
          open, {percent(surface.share)}
        </li>
      </ul>
      {deniedExamples.length > 0 && (
        <>
          <h3>What would be denied</h3>
          <ul class="denied">
            {deniedExamples.slice(0, SHOWN).map(({ words, why, connections }) => (
              <li key={`${words} ${why}`}>
                {words} <span class="muted">{count(connections, 'connection')}</span>
                <span class="muted block">{why}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
