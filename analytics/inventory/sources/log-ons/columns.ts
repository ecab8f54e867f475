import { formatAddress, parseAddress } from '../../../../ingest/kernel/ip';
import type { LogOn, SourceOptions } from '../../source';
import type { Row } from '../csv/table';
import { parseMoment } from '../moment';

/** Which column is which; `until` may be missing. */
export interface LogOnColumns {
  readonly user: string;
  readonly address: string;
  readonly from: string;
  readonly until?: string;
}

const USUAL = {
  user: ['user', 'username', 'account', 'accountname', 'login', 'principal'],
  address: ['address', 'ip', 'ipaddress', 'sourceip', 'sourceaddress', 'clientaddress', 'clientip', 'framedipaddress'],
  from: ['from', 'since', 'start', 'starttime', 'logon', 'logontime', 'logintime', 'time'],
  until: ['to', 'until', 'end', 'endtime', 'stop', 'stoptime', 'logoff', 'logofftime'],
} as const;

const LONGEST_USER = 256;

/** Columns by a mapping, or by their usual names; undefined where one that is needed is missing. */
export function logOnColumns(
  columns: readonly string[],
  mapping: SourceOptions['mapping'] = {},
): LogOnColumns | undefined {
  const find = (field: keyof typeof USUAL) => {
    const mapped = mapping[field]?.toLowerCase();
    if (mapped !== undefined) return columns.find((column) => column.toLowerCase() === mapped);
    const names: readonly string[] = USUAL[field];
    return columns.find((column) => names.includes(column.toLowerCase().replace(/[^a-z0-9]/g, '')));
  };
  const [user, address, from, until] = [find('user'), find('address'), find('from'), find('until')];
  if (user === undefined || address === undefined || from === undefined) return undefined;
  return { user, address, from, ...(until !== undefined && { until }) };
}

/** @throws Error where a cell is not what its column is */
export function logOnOf({ cells }: Row, columns: LogOnColumns, scope: string): LogOn {
  const cell = (column: string | undefined) => (column === undefined ? '' : (cells.get(column) ?? ''));
  const user = cell(columns.user).toLowerCase();
  if (user === '' || user.length > LONGEST_USER) throw new Error(`a user's name has 1 to ${LONGEST_USER} characters`);
  const address = formatAddress(parseAddress(cell(columns.address)));
  const since = moment(cell(columns.from));
  const end = cell(columns.until);
  const until = end === '' ? undefined : moment(end);
  if (until !== undefined && until <= since) throw new Error('it ends before it begins');
  return { user, address, scope, since, ...(until !== undefined && { until }) };
}

function moment(text: string): number {
  const found = parseMoment(text);
  if (found === undefined) throw new Error(`"${text.slice(0, 40)}" is no moment such as 2026-11-21T10:00:00Z`);
  return found;
}
