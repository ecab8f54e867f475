import type { Format } from '../decode/format';
import type { Clock } from '../kernel/time';
import type { Loader, Spool } from '../spool';
import type { Store } from '../store';
import type { UploadLimits } from './limits';

export interface UploadDeps {
  readonly store: Store;
  readonly spool: Spool;
  readonly loader: Loader;
  readonly clock: Clock;
  /** In the order in which content is tried against them; `FORMATS` when left out. */
  readonly formats?: readonly Format[];
  /** What is refused as too much; `UPLOAD_LIMITS` when left out. */
  readonly limits?: UploadLimits;
}
