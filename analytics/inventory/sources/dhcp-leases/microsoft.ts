import { messageOf } from '../../../../ingest/kernel/errors';
import { headerOf, readTable } from '../csv/table';
import { parseMoment } from '../moment';
import { leaseOf, type Lease, type LeaseFormat } from './lease';

/** Nobody holds the address yet, any more, or at all. */
const NOT_HELD = /^(Offered|Declined|InactiveReservation|Expired|Doomed)/i;

/** `Get-DhcpServerv4Lease | Export-Csv` of the Microsoft DHCP server: the current leases and when they end. */
export const microsoft: LeaseFormat = {
  recognise(text) {
    const header = headerOf(text);
    return ['IPAddress', 'ClientId', 'LeaseExpiryTime'].every((column) => header.includes(column));
  },
  read(text, reader) {
    const { rows, rejects } = readTable(text);
    for (const { where, message } of rejects) reader.reject(where, message);
    const leases = rows.flatMap(({ where, cells }): Lease[] => {
      const cell = (column: string) => cells.get(column) ?? '';
      if (NOT_HELD.test(cell('AddressState'))) return [];
      try {
        const until = cell('LeaseExpiryTime') === '' ? undefined : moment(cell('LeaseExpiryTime'));
        if (cell('ClientId') === '') throw new Error('no ClientId');
        return [leaseOf(cell('IPAddress'), cell('ClientId').replaceAll('-', ':'), cell('HostName'), { until })];
      } catch (error) {
        reader.reject(where, messageOf(error));
        return [];
      }
    });
    if (leases.length > 0) {
      reader.note('the DHCP server does not say when a lease began: they are taken to have been held before');
    }
    return leases;
  },
};

/** PowerShell writes times as the person who exported them is used to; only some of those can be told for certain. */
function moment(text: string): number {
  const found = parseMoment(text);
  if (found !== undefined) return found;
  throw new Error(`LeaseExpiryTime "${text.slice(0, 40)}" is not as in 2026-11-21T10:00:00Z`);
}
