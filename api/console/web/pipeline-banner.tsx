import type { VNode } from 'preact';
import type { PipelineSummary } from '../contract';

/** Why flows do not come in, or do not show: nothing while all is well. */
export function PipelineBanner({ pipeline }: { readonly pipeline: PipelineSummary }): VNode | null {
  const text = describe(pipeline);
  return text === null ? null : (
    <p class="banner" role="alert">
      {text}
    </p>
  );
}

function describe({ full, trouble, receiving }: PipelineSummary): string | null {
  if (full !== null) return `Nothing is taken at present: ${full.reason}.`;
  if (!receiving) return 'The collector crashed and is being started again: nothing is received until then.';
  if (trouble === null) return null;
  const since = trouble.since.slice(0, 16).replace('T', ' ');
  return `What is received waits in the spool since ${since} UTC: ${trouble.reason}.`;
}
