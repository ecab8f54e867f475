import { WayleaveError } from '../kernel/errors';
import type { Logger } from '../kernel/log';
import type { Clock } from '../kernel/time';
import type { Fullness, Space } from '../spool';
import type { UploadReport } from '../upload';
import type { WatchMetrics } from './metrics';

/** Whether trying the same file again can help. */
export { mayBeTakenLater as mayPass } from '../upload';

/** What is known of a file that cannot be taken as it is. */
export interface FailedFile {
  readonly name: string;
  readonly code: string;
  readonly reason: string;
}

export interface SourceStatus {
  /** The folder, or `s3://bucket/prefix`. */
  readonly source: string;
  /** Files seen and neither taken nor failed yet. */
  readonly waiting: number;
  /** Not tried again until they change: the latest 100. */
  readonly failed: readonly FailedFile[];
}

/** A place that files of flows appear in by themselves. */
export interface FlowSource {
  /** Polls from now on, from where the cursor stands. */
  start(): void;
  /** Resolves once the file being taken is taken and the cursor is written. */
  stop(): Promise<void>;
  /** One look at the place, taking what is due. @throws what listing the place throws */
  poll(): Promise<void>;
  status(): SourceStatus;
}

export interface SourceDeps {
  /** The data directory: cursors go to `watch/`, downloads to `incoming/`. */
  readonly data: string;
  /** Takes a file exactly once per content. */
  readonly take: (path: string, name: string) => Promise<Pick<UploadReport, 'digest' | 'bytes' | 'duplicate'>>;
  readonly space: Space;
  /** While nothing is to be taken, why: files stay where they are. */
  readonly full: () => Fullness | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: WatchMetrics;
}

/** Failures that are remembered by name for people to see; all are counted. */
export const FAILED_SHOWN = 100;

/** Whether it is hardly a matter of the file: the source then waits as a whole. */
export function isOutage(error: unknown): boolean {
  return error instanceof WayleaveError && error.code === 'store-unavailable';
}
