import { WayleaveError } from '../kernel/errors';
import type { Backlog, Ports, Request, Snapshot } from './protocol';
import type { SpooledSegment } from '../spool';
import type { IntakeThread } from './thread';

/** What an intake reports of its own accord. */
export interface IntakeEvents {
  listening(ports: Ports): void;
  segments(segments: readonly SpooledSegment[]): void;
  snapshot(snapshot: Snapshot): void;
}

export interface IntakeClient {
  /** @throws WayleaveError as the intake did, or `collector-ended` when its thread ended before it answered */
  request(kind: Request['kind']): Promise<void>;
  readonly ended: Promise<string>;
}

/** @param waiting what the intake is told after each of its reports */
export function connectIntake(
  thread: IntakeThread,
  events: IntakeEvents,
  waiting: () => Pick<Backlog, 'bytes' | 'refused'>,
): IntakeClient {
  const asked = new Map<number, { resolve(): void; reject(error: Error): void }>();
  let ids = 0;
  let segments = 0;
  let over: WayleaveError | undefined;

  const tellBacklog = (): void => thread.post({ kind: 'backlog', ...waiting(), segments });

  thread.onReport((report) => {
    switch (report.kind) {
      case 'listening':
        return events.listening(report.ports);
      case 'segments':
        segments += report.segments.length;
        events.segments(report.segments);
        return tellBacklog();
      case 'snapshot':
        events.snapshot(report.snapshot);
        return tellBacklog();
      case 'done':
        asked.get(report.id)?.resolve();
        break;
      case 'failed':
        asked.get(report.id)?.reject(new WayleaveError(report.message, report));
        break;
    }
    asked.delete(report.id);
  });

  const ended = thread.ended.then((reason) => {
    over = new WayleaveError(`the collector's thread ended: ${reason}`, { code: 'collector-ended', retriable: true });
    for (const { reject } of asked.values()) reject(over);
    asked.clear();
    return reason;
  });

  return {
    request(kind) {
      if (over) return Promise.reject(over);
      return new Promise((resolve, reject) => {
        const id = ++ids;
        asked.set(id, { resolve, reject });
        thread.post({ kind, id });
      });
    },
    ended,
  };
}
