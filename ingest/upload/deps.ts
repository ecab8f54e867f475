import type { Clock } from '../kernel/time';
import type { Loader, Spool } from '../spool';
import type { Store } from '../store';

export interface UploadDeps {
  readonly store: Store;
  readonly spool: Spool;
  readonly loader: Loader;
  readonly clock: Clock;
}
