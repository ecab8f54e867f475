import { messageOf, WayleaveError } from '../ingest/kernel/errors';
import type { Clock } from '../ingest/kernel/time';

export type JobKind =
  'upload' | 'analysis' | 'recommendation' | 'replay' | 'proof' | 'curve' | 'reach' | 'drift' | 'threats' | 'backup';

export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: 'running' | 'done' | 'failed';
  /** 0 to 1. */
  readonly progress: number;
  /** What it is doing, or what came of it. */
  readonly step: string;
  readonly started: string;
  readonly ended: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly result: unknown;
}

/** How a job says where it is: how many of how many, and what comes next. */
export type Report = (done: number, total: number, next: string) => void;

export interface Jobs {
  /** One job of a kind at a time. @throws WayleaveError `busy` */
  start<T>(kind: JobKind, work: (report: Report) => Promise<T>): { readonly job: Job; readonly finished: Promise<T> };
  find(id: string): Job | undefined;
  list(): Job[];
  /** Resolves when none of a kind is running. */
  idle(kind: JobKind): Promise<void>;
}

/** Finished jobs that are remembered. */
const REMEMBERED = 50;

export function createJobs(clock: Clock): Jobs {
  const jobs = new Map<string, Job>();
  const running = new Map<Promise<void>, JobKind>();
  let count = 0;

  const update = (id: string, change: Partial<Job>): void => {
    const job = jobs.get(id);
    if (job) jobs.set(id, { ...job, ...change });
  };

  const forget = (): void => {
    const ended = [...jobs.values()].filter(({ state }) => state !== 'running');
    for (const { id } of ended.slice(0, Math.max(0, ended.length - REMEMBERED))) jobs.delete(id);
  };

  return {
    start(kind, work) {
      const same = [...jobs.values()].find((job) => job.kind === kind && job.state === 'running');
      if (same && kind !== 'upload') {
        throw new WayleaveError(`${kind} ${same.id} is still running (${same.step})`, {
          code: 'busy',
          retriable: true,
        });
      }
      const id = String(++count);
      const started = clock().toISOString();
      const job: Job = {
        id,
        kind,
        state: 'running',
        progress: 0,
        step: 'starting',
        started,
        ended: null,
        error: null,
        result: null,
      };
      jobs.set(id, job);
      forget();
      const finished = work((done, total, next) =>
        update(id, { progress: total === 0 ? 0 : done / total, step: next }),
      );
      finished.then(
        (result) => update(id, { state: 'done', progress: 1, step: 'done', ended: clock().toISOString(), result }),
        (error: unknown) => {
          const code = error instanceof WayleaveError ? error.code : 'internal';
          update(id, { state: 'failed', ended: clock().toISOString(), error: { code, message: messageOf(error) } });
        },
      );
      const ended = finished
        .then(
          () => undefined,
          () => undefined,
        )
        .finally(() => running.delete(ended));
      running.set(ended, kind);
      return { job, finished };
    },
    find: (id) => jobs.get(id),
    list: () => [...jobs.values()].reverse(),
    async idle(kind) {
      for (;;) {
        const same = [...running].filter(([, of]) => of === kind).map(([ended]) => ended);
        if (same.length === 0) return;
        await Promise.all(same);
      }
    },
  };
}
