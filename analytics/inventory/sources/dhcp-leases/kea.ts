import { messageOf } from '../../../../ingest/kernel/errors';
import { headerOf, readTable } from '../csv/table';
import { parseMoment } from '../moment';
import { leaseOf, type Lease, type LeaseFormat } from './lease';

/** Lifetimes are 32 bits of seconds, and all ones is for ever. */
const INFINITE = 0xffff_ffff;
const DECLINED = '1';
const DELEGATED_PREFIX = '2';

/** Kea's memfile, kea-leases4.csv and kea-leases6.csv: a line each time a lease changes, the newest last. */
export const kea: LeaseFormat = {
  recognise(text) {
    const header = headerOf(text);
    return ['address', 'valid_lifetime', 'expire', 'subnet_id'].every((column) => header.includes(column));
  },
  read(text, reader) {
    const { rows, rejects } = readTable(text);
    for (const { where, message } of rejects) reader.reject(where, message);
    return rows.flatMap(({ where, cells }): Lease[] => {
      const cell = (column: string) => cells.get(column) ?? '';
      const client = cell('hwaddr') || cell('client_id') || cell('duid');
      const lifetime = Number(cell('valid_lifetime'));
      // A lifetime of 0 says that the lease was deleted at some time since it was last renewed, and not when: it may
      // have been held till its end. Declined addresses belong to somebody who never asked.
      if (lifetime === 0 || client === '' || cell('state') === DECLINED || cell('lease_type') === DELEGATED_PREFIX)
        return [];
      try {
        const expire = parseMoment(cell('expire'));
        if (expire === undefined || !(lifetime > 0)) throw new Error('expire and valid_lifetime are not seconds');
        const since = expire - lifetime * 1000;
        // Kea writes commas in names as &#x2c.
        const hostname = cell('hostname').replaceAll('&#x2c', ',');
        return [leaseOf(cell('address'), client, hostname, lifetime === INFINITE ? {} : { since, until: expire })];
      } catch (error) {
        reader.reject(where, messageOf(error));
        return [];
      }
    });
  },
};
