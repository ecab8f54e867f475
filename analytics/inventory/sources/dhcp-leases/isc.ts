import { messageOf } from '../../../../ingest/kernel/errors';
import { parseMoment } from '../moment';
import { leaseOf, type Lease, type LeaseFormat } from './lease';

/** A declaration has some twenty lines; one that is never closed would otherwise take the rest of the file. */
const MOST_LINES = 256;
const OPENING = /^lease\s+([0-9.]{7,15})\s*\{$/;

/** ISC dhcpd (dhcpd.leases(5)): one declaration each time a lease changes, the newest last. */
export const isc: LeaseFormat = {
  recognise: (text) => /^lease\s+[0-9.]{7,15}\s*\{$/m.test(text),
  read(text, reader) {
    const leases: Lease[] = [];
    let open: { address: string; line: number; body: string[]; depth: number } | undefined;
    for (const [index, raw] of text.split(/\r?\n/).entries()) {
      const line = raw.trim();
      const address = OPENING.exec(line)?.[1];
      if (address !== undefined || (open && index - open.line > MOST_LINES)) {
        if (open) reader.reject(`line ${open.line}`, 'a lease is not closed');
        open = address === undefined ? undefined : { address, line: index + 1, body: [], depth: 1 };
      } else if (open) {
        open.body.push(line);
        // `on expiry { … }` nests; braces inside strings are neither first nor last on their line.
        open.depth += (line.endsWith('{') ? 1 : 0) - (line.startsWith('}') ? 1 : 0);
        if (open.depth > 0) continue;
        try {
          leases.push(...declaration(open.address, open.body));
        } catch (error) {
          reader.reject(`line ${open.line}`, messageOf(error));
        }
        open = undefined;
      }
    }
    if (open) reader.reject(`line ${open.line}`, 'a lease is not closed');
    return leases;
  },
};

/** Nothing for an address that nobody ever held or that answered although nobody held it (abandoned). */
function declaration(address: string, body: readonly string[]): Lease[] {
  const find = (pattern: RegExp) => body.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
  const client =
    find(/^hardware\s+\S+\s+([0-9a-f:]{2,60});/i) ?? find(/^client-id\s+(\S+);/) ?? find(/^uid\s+"(.*)";$/);
  if (client === undefined || find(/^binding state (abandoned);/) !== undefined) return [];
  const hostname = find(/^set ddns-fwd-name = "(.*)";$/) ?? find(/^client-hostname "(.*)";$/) ?? '';
  const until = moment(find(/^ends (.*);/));
  return [leaseOf(address, client, hostname, { since: moment(find(/^starts (.*);/)), until })];
}

/** `4 2026/11/21 10:00:00` with the weekday in front, UTC; `epoch 1795255200` where db-time-format is local; `never`. */
function moment(text: string | undefined): number | undefined {
  if (text === undefined || text === 'never') return undefined;
  const found = parseMoment(text.replace(/^(\d|epoch)\s+/, ''));
  if (found === undefined) throw new Error(`"${text.slice(0, 40)}" is no time of a lease`);
  return found;
}
