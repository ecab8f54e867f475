import { addressToBytes, parseAddress } from '../../kernel/ip';
import { RowBatches } from '../../model/rows';
import type { ExporterHealth } from '../exporter';
import { createNetflowDecoder, type NetflowDecoderOptions } from '../netflow';
import { SECONDS } from './datagrams';
import { readRows, type Row } from './row-reader';

/** When the tests' datagrams are received: half a second after they were sent. */
export const RECEIVED_MICROS = SECONDS * 1e6 + 500_000;

export interface Decoding {
  /** Decodes datagrams of one exporter, in order; returns the rows of these. */
  take(...datagrams: readonly Uint8Array[]): Row[];
  takeFrom(exporter: string, ...datagrams: readonly Uint8Array[]): Row[];
  settle(): void;
  health(): ExporterHealth[];
  /** Of the one exporter and domain that there is. */
  only(): ExporterHealth;
}

export function startDecoding(options: NetflowDecoderOptions = {}): Decoding {
  const decoder = createNetflowDecoder(options);
  const takeFrom = (exporter: string, ...datagrams: readonly Uint8Array[]): Row[] => {
    const batches = new RowBatches();
    const address = addressToBytes(parseAddress(exporter));
    for (const datagram of datagrams) decoder.decode(datagram, { address }, RECEIVED_MICROS, batches);
    return readRows(batches);
  };
  return {
    take: (...datagrams) => takeFrom('192.0.2.1', ...datagrams),
    takeFrom,
    settle: () => decoder.settle(),
    health: () => decoder.health(),
    only: () => {
      const [health, ...others] = decoder.health();
      if (!health || others.length > 0) throw new Error(`${decoder.health().length} domains`);
      return health;
    },
  };
}
