import { PROTOCOL } from '../../../ingest/kernel/port';
import type { Duty } from '../duties';
import type { Technique } from '../finding';

/** Ways of working on another computer as if one sat at it. */
export interface AdministrationProtocol {
  readonly name: string;
  readonly ports: readonly number[];
  readonly technique: Technique;
  /** Servers of these duties are there for it. */
  readonly servers: readonly Duty[];
}

const technique = (id: string, name: string): Technique => ({ id, name: `Remote Services: ${name}` });

export const ADMINISTRATION: readonly AdministrationProtocol[] = [
  // Backups are pushed by ssh; what else is newly asked of a backup is told of a crown jewel.
  { name: 'ssh', ports: [22], technique: technique('T1021.004', 'SSH'), servers: ['administration', 'backup'] },
  { name: 'telnet', ports: [23], technique: { id: 'T1021', name: 'Remote Services' }, servers: [] },
  // Every member of a Windows domain asks its directory by RPC and reads the domain's policy from its shares.
  {
    name: 'wmi/rpc',
    ports: [135],
    technique: { id: 'T1047', name: 'Windows Management Instrumentation' },
    servers: ['directory'],
  },
  {
    name: 'smb',
    ports: [139, 445],
    technique: technique('T1021.002', 'SMB/Windows Admin Shares'),
    servers: ['directory', 'file'],
  },
  {
    name: 'rdp',
    ports: [3389],
    technique: technique('T1021.001', 'Remote Desktop Protocol'),
    servers: ['administration'],
  },
  {
    name: 'vnc',
    ports: [5900, 5901, 5902, 5903],
    technique: technique('T1021.005', 'VNC'),
    servers: ['administration'],
  },
  { name: 'winrm', ports: [5985, 5986], technique: technique('T1021.006', 'Windows Remote Management'), servers: [] },
];

/** Who logs on to others by profession. */
export const ADMINISTRATORS: readonly Duty[] = ['administration', 'backup', 'configuration', 'monitoring', 'scanner'];

const BY_PORT: ReadonlyMap<number, AdministrationProtocol> = new Map(
  ADMINISTRATION.flatMap((protocol) => protocol.ports.map((port) => [port, protocol] as const)),
);

export function administrationOn(port: number): AdministrationProtocol | undefined {
  return BY_PORT.get(port);
}

/** On a row of conversations `c`. */
export const IS_ADMINISTRATION = `c.protocol = ${PROTOCOL.tcp} AND c.port IN (${[...BY_PORT.keys()].sort((a, b) => a - b).join(', ')})`;

/** The protocol's name, of such a row. */
export const ADMINISTRATION_SQL = `multiIf(${ADMINISTRATION.map(({ name, ports }) => `c.port IN (${ports.join(', ')}), '${name}'`).join(', ')}, '')`;
