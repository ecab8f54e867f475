import type { Group } from '../model/topology';
import type { Workload } from '../model/workload';

/**
 * What a workload is there for, where that makes ordinary what would be suspicious of others. `administration`: jump
 * hosts and whatever else logs on to others by profession. `updates`: what others fetch patches from; it logs on to nobody.
 */
export const DUTIES = [
  'administration',
  'backup',
  'configuration',
  'database',
  'directory',
  'dns',
  'file',
  'monitoring',
  'proxy',
  'scanner',
  'updates',
] as const;
export type Duty = (typeof DUTIES)[number];

/** Words that names of groups and labels of roles are made of. */
const WORDS: Readonly<Record<Duty, RegExp>> = {
  administration: /^(?:admins?|administration|jump|jumphost|bastion|management|mgmt|paw|ssh clients|rdp clients)$/,
  backup: /^(?:backup|backups|netbackup|veeam|bacula|restic)$/,
  configuration: /^(?:config|configuration|ansible|puppet|salt|chef|sccm|deployment)$/,
  database: /^(?:database|databases|db|dbs|sql|postgres|postgresql|mysql|mariadb|oracle|mssql|mongodb|cassandra|db2)$/,
  directory: /^(?:directory|dc|ldap|ad|kerberos|freeipa|domain controller|domaincontroller)$/,
  dns: /^(?:dns|resolver|nameserver|bind)$/,
  file: /^(?:file|files|fileserver|nas|nfs|smb|cifs|storage|profile|profiles)$/,
  monitoring: /^(?:monitoring|monitor|prometheus|nagios|zabbix|icinga|metrics|observability|logging|syslog)$/,
  proxy: /^(?:proxy|proxies|squid|egress)$/,
  scanner: /^(?:scanner|nessus|qualys|openvas|rapid7|vulnerability scanner)$/,
  updates: /^(?:patching|patch|updates|wsus|packages|mirror)$/,
};

export function dutiesOfGroup({ kind, name, role }: Pick<Group, 'kind' | 'name' | 'role'>): Duty[] {
  if (kind === 'scanner') return ['scanner'];
  // An application may be called "management" and be nobody's jump host.
  if (kind !== 'tier' && kind !== 'shared-service') return [];
  return dutiesOfTexts([role ?? name.replace(/ of .*$/, ''), name]);
}

export function dutiesOfWorkload({ labels }: Pick<Workload, 'labels'>): Duty[] {
  return dutiesOfTexts([labels.role ?? '']);
}

function dutiesOfTexts(texts: readonly string[]): Duty[] {
  const words = texts.flatMap((text) => {
    const plain = text.toLowerCase();
    return [plain, ...plain.split(/[\s_.-]+/)];
  });
  return DUTIES.filter((duty) => words.some((word) => WORDS[duty].test(word)));
}
