import type { VNode } from 'preact';
import type { GroupKind } from '../../../analytics/model/topology';
import type { Answers } from './use-answers';
import { count, number, percent, span } from './words';

/** What was analysed, and how much of it there is. */
export function Header({ answers, reload }: { readonly answers: Answers; readonly reload: () => void }): VNode {
  const { status, map, topology, policy } = answers;
  const of = (kind: GroupKind): number => topology?.groups.filter((group) => group.kind === kind).length ?? 0;
  const rules = policy?.sections.reduce((sum, section) => sum + section.rules.length, 0) ?? 0;
  const running = status.jobs.filter(({ state }) => state === 'running');
  const counts: readonly (readonly [string, number])[] = [
    ['flows', status.flows ?? 0],
    ['exporters', status.exporters],
    ['uploads', status.uploads ?? 0],
    ['workloads', topology?.workloads.filter(({ kind }) => kind !== 'external').length ?? 0],
    ['applications', of('application')],
    ['tiers', of('tier')],
    ['shared services', of('shared-service')],
    ['rules', rules],
  ];
  return (
    <header class="header">
      <h1 class="brand">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M2 6h5l5 12 5-12h5" />
          <path class="brand-way" d="M2 18h5m10 0h5" />
        </svg>
        Wayleave
      </h1>
      <p class="window">
        {map.window === null ? 'Nothing analysed yet' : <>Analysed {span(map.window)}</>}
        {running.length > 0 && (
          <span class="running" role="status">
            {running.map(({ kind, progress, step }) => `${kind} ${percent(progress)}: ${step}`).join(', ')}
          </span>
        )}
      </p>
      <dl class="counts" aria-label="Counts">
        {counts
          .filter(([, value]) => value > 0)
          .map(([noun, value]) => (
            <div key={noun}>
              <dt>{value === 1 ? noun.replace(/s$/, '') : noun}</dt>
              <dd title={count(value, noun.replace(/s$/, ''))}>{compact(value)}</dd>
            </div>
          ))}
      </dl>
      <button type="button" class="button" onClick={reload}>
        Refresh
      </button>
    </header>
  );
}

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

function compact(value: number): string {
  return value < 100_000 ? number(value) : COMPACT.format(value);
}
