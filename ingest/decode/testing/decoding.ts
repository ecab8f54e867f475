import { addressToBytes, parseAddress } from '../../kernel/ip';
import { RowBatches } from '../../model/rows';
import type { ExporterHealth, FlowDecoder } from '../exporter';
import { createNetflowDecoder, type NetflowDecoderOptions } from '../netflow';
import { SECONDS } from './datagrams';
import { readRows, type Row } from './row-reader';

/** When the tests' datagrams are received: half a second after they were sent. */
export const RECEIVED_MICROS = SECONDS * 1e6 + 500_000;

interface Way {
  readonly exporter?: string;
  /** The connection it comes over, if not UDP. */
  readonly session?: number;
  /** Received so many seconds after `RECEIVED_MICROS`. */
  readonly later?: number;
}

export interface Decoding {
  readonly decoder: FlowDecoder;
  /** Decodes datagrams of one exporter, in order; returns the rows of these. */
  take(...datagrams: readonly Uint8Array[]): Row[];
  takeFrom(exporter: string, ...datagrams: readonly Uint8Array[]): Row[];
  takeBy(way: Way, ...datagrams: readonly Uint8Array[]): Row[];
  settle(): void;
  health(): ExporterHealth[];
  /** Of the one exporter and domain that there is. */
  only(): ExporterHealth;
}

export function startDecoding(options: NetflowDecoderOptions = {}): Decoding {
  return decodingBy(createNetflowDecoder(options));
}

export function decodingBy(decoder: FlowDecoder): Decoding {
  const takeBy = ({ exporter = '192.0.2.1', session, later = 0 }: Way, ...datagrams: readonly Uint8Array[]): Row[] => {
    const batches = new RowBatches();
    const address = addressToBytes(parseAddress(exporter));
    const from = session === undefined ? { address } : { address, session };
    for (const datagram of datagrams) decoder.decode(datagram, from, RECEIVED_MICROS + later * 1e6, batches);
    return readRows(batches);
  };
  return {
    decoder,
    take: (...datagrams) => takeBy({}, ...datagrams),
    takeFrom: (exporter, ...datagrams) => takeBy({ exporter }, ...datagrams),
    takeBy,
    settle: () => decoder.settle(),
    health: () => decoder.health(),
    only: () => {
      const [health, ...others] = decoder.health();
      if (!health || others.length > 0) throw new Error(`${decoder.health().length} domains`);
      return health;
    },
  };
}
