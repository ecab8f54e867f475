import { formatTime } from '../../../ingest/kernel/time';
import type { Replay } from '../../../recommender/replay';
import { count, plural, share } from './table';

const DENIED_SHOWN = 10;

export function printReplay({ window, legitimate, denied, surface, unused, deniedExamples }: Replay): string {
  const shown = deniedExamples.slice(0, DENIED_SHOWN);
  return [
    `Replayed over ${formatTime(window.from)} to ${formatTime(window.to)}`,
    `  legitimate traffic   ${plural(legitimate.connections, 'connection')} of ${plural(legitimate.tuples, 'workload pair and service', 'workload pairs and services')}`,
    `  would be denied      ${plural(denied.connections, 'connection')} (${share(denied.shareOfConnections)}), ${share(denied.shareOfPackets)} of packets, ${plural(denied.tuples, 'tuple')}`,
    `  attack surface open  ${count(surface.open)} of ${count(surface.possible)} (${share(surface.share)}); exact pairs would leave ${share(surface.exactShare)}`,
    `  rules without use    ${count(unused.length)}`,
    ...shown.map(({ words, connections, why }) => `    denied: ${words}, ${plural(connections, 'connection')}: ${why}`),
    '',
  ].join('\n');
}
