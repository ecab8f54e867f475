import { createDatagramDecoder } from '../../decode/datagram';
import { netflow5, netflow5Record } from '../../decode/testing/datagrams';
import { addressToBytes, parseAddress } from '../../kernel/ip';
import { RowBatches } from '../../model/rows';
import { createAppender, type SpooledSegment } from '../../spool';

const RECORDS = 30;
const HEADER_BYTES = 24;
const RECORD_BYTES = 48;
const APPEND_BYTES = 4 << 20;
const EXPORTERS = 16;
const CLIENTS = 50_000;
const SERVERS = 500;
const SERVICES = [443, 5432, 8443, 389, 53, 9092, 6379, 3306] as const;

export interface SpooledTraffic {
  readonly flows: number;
  /** Rows of one segment: what a busy collector gathers in a second. */
  readonly rowsEach: number;
}

/**
 * Fills a spool with flows as a collector would have: NetFlow v5 of a few exporters, no two flows alike.
 *
 * @param folder of a spool that is open
 */
export async function spoolTraffic(folder: string, { flows, rowsEach }: SpooledTraffic): Promise<SpooledSegment[]> {
  const decoder = createDatagramDecoder();
  const appender = createAppender(folder);
  const batches = new RowBatches();
  const datagram = Buffer.from(netflow5({}, ...Array.from({ length: RECORDS }, netflow5Record)));
  const segments: SpooledSegment[] = [];
  let unsealed = 0;
  for (let first = 0; first < flows; first += RECORDS) {
    vary(datagram, first);
    const address = addressToBytes(parseAddress(`192.0.2.${1 + ((first / RECORDS) % EXPORTERS)}`));
    decoder.decode(datagram, { address }, Date.now() * 1000, batches);
    unsealed += RECORDS;
    const due = unsealed >= rowsEach || first + RECORDS >= flows;
    if (batches.bytes >= APPEND_BYTES || due) appender.append(batches);
    if (!due) continue;
    segments.push(...(await appender.seal()).segments);
    unsealed = 0;
  }
  return segments;
}

/** The same flows for the same numbers. */
function vary(datagram: Buffer, first: number): void {
  for (let index = 0; index < RECORDS; index++) {
    const at = HEADER_BYTES + index * RECORD_BYTES;
    const draw = scramble(first + index);
    datagram.writeUInt32BE(0x0a01_0000 + (draw % CLIENTS), at);
    datagram.writeUInt32BE(0x0a02_0000 + ((draw >>> 8) % SERVERS), at + 4);
    datagram.writeUInt32BE(1 + (draw & 0x3f), at + 16);
    datagram.writeUInt32BE(40 + (draw & 0xffff), at + 20);
    datagram.writeUInt16BE(32_768 + ((draw >>> 5) & 0x7fff), at + 32);
    datagram.writeUInt16BE(SERVICES[draw & 7] ?? 443, at + 34);
  }
}

/** Finaliser of MurmurHash3: spreads consecutive numbers over 32 bits. */
function scramble(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
