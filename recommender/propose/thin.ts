import type { Topology, Window } from '../../analytics/model/topology';
import type { Refusal } from '../model/policy';
import type { Estate } from './estate';

const DAY = 86_400;

/** Why there is nothing at all, where not even a refusal says so. */
export function nothingSeen(estate: Estate, { window, unseen = [] }: Topology): Refusal {
  const reason =
    estate.closed.length === 0
      ? 'no tier or shared service in the scope holds a managed workload, so there is nothing to protect'
      : `no traffic to or from the managed workloads in the scope was seen in the window, ${windowWords(window)}`;
  const blind = unseen.map(({ text }) => text).join('; ');
  return {
    reason: blind === '' ? reason : `${reason}; what the analysis could not see: ${blind}`,
    code: 'nothing-seen',
    dependencies: 0,
    connections: 0,
    examples: [],
  };
}

function windowWords({ from, to }: Window): string {
  const days = Math.round(((to - from) / DAY) * 10) / 10;
  return `${new Date(from * 1000).toISOString()} to ${new Date(to * 1000).toISOString()} (${days} days)`;
}
