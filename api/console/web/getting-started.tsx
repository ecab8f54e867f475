import type { VNode } from 'preact';
import { count } from './words';

/** What to do next, when there is nothing to show yet. */
export function GettingStarted({ flows, reload }: { readonly flows: number; readonly reload: () => void }): VNode {
  const origin = window.location.origin;
  return (
    <main class="card-page">
      <div class="card wide">
        <h2>{flows === 0 ? 'No flows yet' : `${count(flows, 'flow')} stored, not analysed yet`}</h2>
        <ol class="steps">
          <li class={flows > 0 ? 'done' : ''}>
            <h3>Bring flows in</h3>
            <p>Point a router, switch or sensor at this machine (NetFlow v5, v9 or IPFIX), or hand over files:</p>
            <pre>
              wayleave ingest flows.pcap vpc-flow-logs.gz
              {'\n'}
              {`curl -H "Authorization: Bearer $TOKEN" --data-binary @vpc-flow-logs.gz \\\n  '${origin}/api/v1/uploads?name=vpc-flow-logs.gz'`}
            </pre>
            <p class="muted">The format is recognised from the content. The same file twice adds nothing.</p>
          </li>
          <li>
            <h3>Find applications and tiers</h3>
            <pre>wayleave analyze</pre>
          </li>
          <li>
            <h3>Propose rules and prove them</h3>
            <pre>wayleave recommend{'\n'}wayleave replay</pre>
          </li>
        </ol>
        <button type="button" class="button primary" onClick={reload}>
          Look again
        </button>
      </div>
    </main>
  );
}
