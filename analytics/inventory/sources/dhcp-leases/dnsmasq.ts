import { messageOf } from '../../../../ingest/kernel/errors';
import { parseMoment } from '../moment';
import { leaseOf, type Lease, type LeaseFormat } from './lease';

const LINE = /^(\d{1,11}) ([0-9a-f:-]{2,64}|\*) (\S{2,45}) (\S{1,512})(?: (\S{1,512}))?$/i;
/** DUID of the server itself, in front of the IPv6 leases. */
const SERVER = /^duid \S+$/;

/**
 * dnsmasq's lease file: expiry, hardware address (IAID for IPv6), address, name and client id a line; `*` for what is unknown.
 * It has the current leases only, and not when they began.
 */
export const dnsmasq: LeaseFormat = {
  recognise: (text) => LINE.test(text.slice(0, 4096).split(/\r?\n/, 1)[0] ?? ''),
  read(text, reader) {
    const leases: Lease[] = [];
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (line === '' || SERVER.test(line)) continue;
      try {
        leases.push(parseLine(line));
      } catch (error) {
        reader.reject(`line ${index + 1}`, messageOf(error));
      }
    }
    if (leases.length > 0)
      reader.note('dnsmasq does not say when a lease began: they are taken to have been held before');
    return leases;
  },
};

function parseLine(line: string): Lease {
  const [, expiry, hardware, address, hostname, clientId = '*'] = LINE.exec(line) ?? [];
  if (expiry === undefined || hardware === undefined || address === undefined || hostname === undefined) {
    throw new Error('no lease: expiry, hardware address, address, name and client id are expected');
  }
  const client = address.includes(':') || hardware === '*' ? clientId : hardware;
  const until = expiry === '0' ? undefined : parseMoment(expiry);
  if (expiry !== '0' && until === undefined) throw new Error(`"${expiry}" is no time`);
  if (client === '*') throw new Error('neither a hardware address nor a client id');
  return leaseOf(address, client, hostname === '*' ? '' : hostname, { until });
}
