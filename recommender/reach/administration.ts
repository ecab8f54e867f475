import type { Service } from '../../analytics/model/service';
import { PROTOCOL } from '../../ingest/kernel/port';

/** Protocols that run what they are told on their server: what an intruder moves on by. */
const ADMINISTRATION: ReadonlyMap<number, string> = new Map([
  [22, 'ssh'],
  [23, 'telnet'],
  [135, 'rpc'],
  [139, 'smb'],
  [445, 'smb'],
  [512, 'rexec'],
  [513, 'rlogin'],
  [514, 'rsh'],
  [623, 'ipmi'],
  [2375, 'docker'],
  [3389, 'rdp'],
  [5900, 'vnc'],
  [5985, 'winrm'],
  [5986, 'winrm'],
]);

/** `ssh`, `rdp`, `smb`, `winrm`, `rpc` (WMI and service control are called by it), …; undefined for all other services. */
export function administrationOf(service: Service): string | undefined {
  if (service.protocol !== PROTOCOL.tcp) return undefined;
  switch (service.kind) {
    case 'port':
      return ADMINISTRATION.get(service.port);
    case 'dynamic':
      return service.control === null ? undefined : ADMINISTRATION.get(service.control);
    case 'icmp':
    case 'protocol':
      return undefined;
  }
}

export function administers(service: Service): boolean {
  return administrationOf(service) !== undefined;
}
