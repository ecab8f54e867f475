import type { Reject } from '../format';
import { CompileBudget } from './compile-budget';
import type { Connections } from './connections';
import type { Limits } from './limits';
import { Names } from './names';
import { Pool } from './pool';

/** What all exporters of a decoder share, so that none takes it all. */
export interface Shared {
  readonly limits: Limits;
  readonly domains: Pool;
  readonly templateFields: Pool;
  readonly waitingBytes: Pool;
  readonly compilations: CompileBudget;
  /** For what waits when a connection ends: as many again, since its exporter hears whether everything was taken. */
  readonly finishing: CompileBudget;
  readonly names: Names;
  readonly connections: Connections;
  readonly onReject: ((reject: Reject) => void) | undefined;
}

export function shareOut(
  limits: Limits,
  onReject: ((reject: Reject) => void) | undefined,
  connections: Connections,
): Shared {
  return {
    limits,
    domains: new Pool(limits.domains),
    templateFields: new Pool(limits.templateFields),
    waitingBytes: new Pool(limits.waitingBytesOverall),
    compilations: new CompileBudget(limits.compilations),
    finishing: new CompileBudget(limits.compilations),
    names: new Names(limits),
    connections,
    onReject,
  };
}
