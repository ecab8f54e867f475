import type { RowBatches } from '../../model/rows';
import type { Domain } from './domain';
import type { Session } from './session';

/** The datagram, message or waiting data set being read. */
export interface Delivery {
  readonly domain: Domain;
  readonly session: Session;
  readonly bytes: Uint8Array;
  /** Where `bytes` began in its datagram. */
  readonly offset: number;
  readonly receivedMicros: number;
  /** The same moment by the steady clock, which is what lifetimes are measured by. */
  readonly steadyMillis: number;
  readonly exportedMicros: number;
  /** From the header; undefined in IPFIX. */
  readonly uptimeMillis: number | undefined;
  readonly batches: RowBatches;
}
