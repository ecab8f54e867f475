import { WayleaveError } from '../../../../ingest/kernel/errors';

/** Which of their columns is which of ours. */
export interface Columns {
  /** All that hold addresses: IPv4 and IPv6 often have one each. */
  readonly address: readonly string[];
  readonly name?: string;
  readonly key?: string;
  readonly scope?: string;
  readonly type?: string;
  readonly from?: string;
  readonly until?: string;
  /** Label by column, where a person said so. */
  readonly labels: ReadonlyMap<string, string>;
  /** What was guessed: `address from "Primary IPv4"`. */
  readonly guessed: readonly string[];
}

const FIELDS = ['address', 'name', 'key', 'scope', 'type', 'from', 'until'] as const;
type Field = (typeof FIELDS)[number];

/** How registers (ServiceNow, NetBox, Device42, GLPI, spreadsheets) head them, the surest first; letters and digits only. */
const USUAL: Readonly<Record<Field, readonly string[]>> = {
  // prettier-ignore
  address: [
    'address', 'addresses', 'ip', 'ips', 'ipaddress', 'ipaddresses', 'ipaddr', 'hostip', 'hostaddress',
    'ipv4', 'ipv4address', 'ipv4addresses', 'ipv6', 'ipv6address', 'ipv6addresses',
    'primaryip', 'primaryip4', 'primaryip6', 'primaryipv4', 'primaryipv6', 'primaryipaddress',
    'privateip', 'privateipaddress', 'prefix', 'cidr',
  ],
  // prettier-ignore
  name: [
    'name', 'hostname', 'fqdn', 'dnsname', 'computername', 'servername', 'devicename', 'vmname', 'host',
    'device', 'virtualmachine', 'server', 'computer', 'vm',
  ],
  key: ['key', 'uuid', 'sysid'],
  scope: ['scope', 'vrf', 'vpc', 'vpcid'],
  type: ['type', 'workloadtype'],
  from: ['from', 'since', 'validfrom'],
  until: ['until', 'to', 'validuntil', 'validto'],
};

/**
 * A mapping (`{ address: 'Primary IPv4, Primary IPv6', env: 'Used for' }`) says what it says; for fields it leaves out, usual
 * column names are recognised whatever their case, blanks and underscores. Undefined where no column holds addresses.
 *
 * @throws WayleaveError `bad-inventory` when the mapping names a column that is not there
 */
export function chooseColumns(
  columns: readonly string[],
  mapping: Readonly<Record<string, string>> = {},
): Columns | undefined {
  const chosen = new Map<Field, string[]>();
  const labels = new Map<string, string>();
  const guessed: string[] = [];
  for (const [ours, theirs] of Object.entries(mapping)) {
    const named = namedColumns(columns, ours, theirs);
    const field = FIELDS.find((field) => field === ours.toLowerCase());
    if (field) chosen.set(field, named);
    else for (const column of named) labels.set(column, ours.toLowerCase());
  }
  const taken = new Set([...[...chosen.values()].flat(), ...labels.keys()]);
  for (const field of FIELDS) {
    if (chosen.has(field)) continue;
    const found = usualColumns(columns, field).filter((column) => !taken.has(column));
    const used = field === 'address' ? found : found.slice(0, 1);
    if (used.length === 0) continue;
    for (const column of used) taken.add(column);
    chosen.set(field, used);
    if (used.some((column) => column.toLowerCase() !== field)) {
      guessed.push(`${field} from ${used.map((column) => `"${column}"`).join(', ')}`);
    }
  }
  const address = chosen.get('address');
  if (address === undefined) return undefined;
  const single = Object.fromEntries(
    FIELDS.slice(1).flatMap((field) => (chosen.get(field) ?? []).slice(0, 1).map((column) => [field, column])),
  ) as Partial<Record<Exclude<Field, 'address'>, string>>;
  return { ...single, address, labels, guessed };
}

function namedColumns(columns: readonly string[], ours: string, theirs: string): string[] {
  const find = (name: string) =>
    columns.find((column) => column === name) ??
    columns.find((column) => column.toLowerCase() === name.trim().toLowerCase());
  const whole = find(theirs);
  if (whole !== undefined) return [whole];
  return theirs.split(',').map((name) => {
    const column = find(name);
    if (column !== undefined) return column;
    const there = columns.slice(0, 20).map((column) => `"${column.slice(0, 40)}"`);
    throw new WayleaveError(
      `the mapping takes ${ours} from "${name.trim()}", which is not a column; there are ${there.join(', ')}`,
      { code: 'bad-inventory', where: { mapping: ours } },
    );
  });
}

function usualColumns(columns: readonly string[], field: Field): string[] {
  const folded = columns.map((column) => column.toLowerCase().replace(/[^a-z0-9]/g, ''));
  return USUAL[field].flatMap((usual) => columns.filter((_, i) => folded[i] === usual));
}
