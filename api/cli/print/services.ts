import { serviceOf, type Offered } from '../../../analytics/conversations/query';
import { SURE, type DynamicService } from '../../../analytics/dynamic';
import { serviceName } from '../../../analytics/services';
import { protocolName } from '../../../ingest/kernel/port';
import { formatTime } from '../../../ingest/kernel/time';
import { certainty, hostName, plural, share } from './table';

interface Named {
  readonly names: readonly string[];
}

export function printServices(services: readonly (Offered & Named)[]): string {
  return services.map(printOffered).join('');
}

export function printDynamicServices(services: readonly (DynamicService & Named)[]): string {
  return services.map(printService).join('');
}

function printOffered({ scope, server, protocol, port, names, ...offered }: Offered & Named): string {
  const { clients, connections, established, firstSeen, lastSeen, direction, confidence } = offered;
  return (
    `${hostName({ address: server, scope, names })}, ${serviceName(serviceOf(protocol, port))}: ` +
    `${plural(clients, 'client')}, ${plural(connections, 'connection')}, ${established.toLocaleString('en-US')} established\n` +
    `  ${formatTime(firstSeen)} to ${formatTime(lastSeen)}; direction level ${direction}, ${certainty(confidence)} sure\n`
  );
}

function printService(service: DynamicService & Named): string {
  const { server, scope, names, protocol, control, observed, ports, stability, clients, confidence, reason } = service;
  const from = control === null ? 'no control port' : `handed out by port ${control}`;
  const unsure = control === null && confidence < SURE ? '; not sure enough to be one service' : '';
  return (
    `${hostName({ address: server, scope, names })}, ${protocolName(protocol)} ${observed.first} to ${observed.last}, ${from}: ` +
    `${plural(ports.length, 'port')}, ${plural(clients, 'client')}, ${certainty(confidence)} sure${unsure}\n` +
    `  ${reason}\n` +
    `  a port lives ${lifetime(stability.medianLifeHours)} (median), ${share(stability.onSeveralDays)} are used on several days, ` +
    `${stability.newPortsPerDay} new a day\n`
  );
}

/** What comes down to 0 was rounded. */
function lifetime(hours: number): string {
  return hours === 0 ? 'minutes' : plural(hours, 'hour');
}
