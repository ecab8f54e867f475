import { addressToBytes, parseAddress } from '../../../kernel/ip';
import { RowBatches } from '../../../model/rows';
import type { ExporterHealth } from '../../exporter';
import { readRows, type Row } from '../../testing/row-reader';
import { createSflowDecoder, type SflowDecoderOptions } from '..';

export const RECEIVED_MICROS = 1_700_000_000_500_000;

export interface SflowDecoding {
  /** Decodes datagrams of one sender, in order; returns the rows of these. */
  take(...datagrams: readonly Uint8Array[]): Row[];
  health(): ExporterHealth[];
  /** Of the one agent and sub-agent that there is. */
  only(): ExporterHealth;
}

export function startSflow(options: SflowDecoderOptions = {}): SflowDecoding {
  const decoder = createSflowDecoder(options);
  const sender = { address: addressToBytes(parseAddress('198.51.100.1')) };
  return {
    take(...datagrams) {
      const batches = new RowBatches();
      for (const datagram of datagrams) decoder.decode(datagram, sender, RECEIVED_MICROS, batches);
      return readRows(batches);
    },
    health: () => decoder.health(),
    only() {
      const [health, ...others] = decoder.health();
      if (!health || others.length > 0) throw new Error(`${decoder.health().length} sub-agents`);
      return health;
    },
  };
}
