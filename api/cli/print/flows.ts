import { valueName, type FlowRow } from '../../../ingest/flows';
import { hasPorts, protocolName } from '../../../ingest/kernel/port';
import { count, plural } from './table';

/** Told in the line itself, or of no use to a reader. */
const IN_THE_LINE = new Set(
  (
    'start received src dst src_port dst_port protocol packets bytes reverse_packets reverse_bytes ' +
    'scaled_packets scaled_bytes scaled_reverse_packets scaled_reverse_bytes'
  ).split(' '),
);

export function printFlows(found: readonly FlowRow[]): string {
  return found.length === 0 ? 'No flow matches\n' : found.map(printFlow).join('');
}

export function printFlow(flow: FlowRow): string {
  const protocol = Number(flow.protocol ?? 0);
  const end = (side: 'src' | 'dst'): string =>
    hasPorts(protocol) ? `${flow[side] ?? '::'} port ${flow[`${side}_port`] ?? 0}` : String(flow[side] ?? '::');
  const back = flow.reverse_packets === undefined ? '' : `, ${plural(Number(flow.reverse_packets), 'packet')} back`;
  const rest = Object.entries(flow)
    .filter(([name]) => !IN_THE_LINE.has(name))
    .map(([name, value]) => `${name}=${valueName(name, value)}`);
  return (
    `${flow.start ?? 'no time'}  ${end('src')} → ${end('dst')}, ${protocolName(protocol)}, ` +
    `${plural(Number(flow.packets ?? 0), 'packet')}, ${count(Number(flow.bytes ?? 0))} bytes${back}\n` +
    `    ${rest.join(' ')}\n`
  );
}
