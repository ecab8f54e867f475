import type { SpooledSegment } from './manifest';

/** Where the segments of a spool go: into ClickHouse, or onto a bus. */
export interface Destination {
  /** For logs: `ClickHouse`. */
  readonly name: string;
  /**
   * Resolves once the segment is safe there, all of it exactly once, so that the spool can forget it.
   *
   * @param again it may have been delivered before, in part or whole: the earlier attempt did not return
   * @throws WayleaveError `bad-segment` when it can never be delivered; retriable when the destination is not there
   */
  deliver(segment: SpooledSegment, again: boolean): Promise<void>;
  /** Takes out what may be there of a segment that is set aside, so that it can be put back one day. */
  withdraw(segment: SpooledSegment): Promise<void>;
}
