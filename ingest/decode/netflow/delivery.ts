import type { RowBatches } from '../../model/rows';
import type { CompileBudget } from './compile-budget';
import type { Domain } from './domain';
import type { Session } from './session';

/** Whose data is decoded, and where its rows go. */
export interface Addressing {
  readonly domain: Domain;
  readonly session: Session;
  readonly batches: RowBatches;
  /** What its templates are compiled on account of. */
  readonly compilations: CompileBudget;
}

/** The datagram, message or waiting data set being read. */
export interface Delivery extends Addressing {
  readonly bytes: Uint8Array;
  /** Where `bytes` began in its datagram. */
  readonly offset: number;
  readonly receivedMicros: number;
  /** The same moment by the steady clock, which is what lifetimes are measured by. */
  readonly steadyMillis: number;
  readonly exportedMicros: number;
  /** From the header; undefined in IPFIX. */
  readonly uptimeMillis: number | undefined;
}
