import type { Destination } from '../../ingest/spool';

/** Runs work one at a time, in the order in which it was asked for. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** A destination that takes no segment while a backup looks at spool and tables, which it therefore sees at rest. */
export function inTurns(destination: Destination, turns: Turns): Destination {
  return {
    name: destination.name,
    deliver: (segment, again) => turns(() => destination.deliver(segment, again)),
    withdraw: (segment) => turns(() => destination.withdraw(segment)),
  };
}
