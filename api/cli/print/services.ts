import { SURE, type DynamicService } from '../../../analytics/dynamic';
import { protocolName } from '../../../ingest/kernel/port';
import { plural, share } from './table';

export function printDynamicServices(services: readonly DynamicService[]): string {
  if (services.length === 0) return 'No server port was seen to wander in this time; --from and --to choose another\n';
  return services.map(printService).join('');
}

function printService(service: DynamicService): string {
  const { server, scope, protocol, control, observed, ports, stability, clients, confidence, reason } = service;
  const where = scope === '' ? '' : ` in ${scope}`;
  const from = control === null ? 'no control port' : `handed out by port ${control}`;
  const unsure = control === null && confidence < SURE ? '; not sure enough to be one service' : '';
  return (
    `${server}${where}, ${protocolName(protocol)} ${observed.first} to ${observed.last}, ${from}: ` +
    `${plural(ports.length, 'port')}, ${plural(clients, 'client')}, ${share(confidence)} sure${unsure}\n` +
    `  ${reason}\n` +
    `  a port lives ${stability.medianLifeHours} hours (median), ${share(stability.onSeveralDays)} are used on several days, ` +
    `${stability.newPortsPerDay} new a day\n`
  );
}
