import { access, constants } from 'node:fs/promises';
import { messageOf } from '../kernel/errors';
import type { Clock } from '../kernel/time';
import type { Spool } from './spool';
import type { Space } from './space';

export interface SpoolLimits {
  /** Bytes that may wait. */
  readonly bytes: number;
  /** How long a segment may wait, in milliseconds. */
  readonly age: number;
}

/** Why a spool takes nothing more. */
export interface Fullness {
  readonly cause: 'bytes' | 'age' | 'disk';
  /** For people: what, how much of it, and what the limit is. */
  readonly reason: string;
}

/** Says when a spool is full, so that whoever can be pushed back is. */
export interface Pressure {
  readonly full: Fullness | undefined;
  /** Looks at the disk now, and then once a second. */
  start(): Promise<void>;
  stop(): void;
}

export interface PressureDeps {
  readonly spool: Pick<Spool, 'folder' | 'backlog' | 'oldest'>;
  readonly space: Space;
  readonly clock: Clock;
}

const LOOK_MS = 1000;

export function createPressure(limits: SpoolLimits, { spool, space, clock }: PressureDeps): Pressure {
  let disk: Fullness | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  const lookAtDisk = async (): Promise<void> => {
    try {
      await space.require(spool.folder, 0);
      await access(spool.folder, constants.W_OK);
      disk = undefined;
    } catch (error) {
      disk = { cause: 'disk', reason: messageOf(error) };
    }
  };

  const look = (): void => {
    looking ??= lookAtDisk().finally(() => {
      looking = undefined;
    });
  };

  const tooOld = (): Fullness | undefined => {
    const { oldest } = spool;
    const age = oldest === undefined ? 0 : clock().getTime() - oldest;
    if (age <= limits.age) return undefined;
    return {
      cause: 'age',
      reason: `the oldest rows wait for ${hours(age)} h, and ${hours(limits.age)} h are allowed`,
    };
  };

  const tooMuch = (): Fullness | undefined => {
    if (spool.backlog <= limits.bytes) return undefined;
    return { cause: 'bytes', reason: `${spool.backlog} bytes wait, and ${limits.bytes} are allowed` };
  };

  return {
    get full() {
      return disk ?? tooMuch() ?? tooOld();
    },
    async start() {
      await lookAtDisk();
      timer = setInterval(look, LOOK_MS);
    },
    stop: () => clearInterval(timer),
  };
}

function hours(millis: number): string {
  return (millis / 3_600_000).toFixed(1);
}
