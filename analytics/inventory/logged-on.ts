/** Users by workload, and by address where nobody owned it; those seen most often first. */
export interface LoggedOn {
  readonly byWorkload: ReadonlyMap<string, readonly string[]>;
  readonly byAddress: ReadonlyMap<string, readonly string[]>;
}

export const NOBODY: LoggedOn = { byWorkload: new Map(), byAddress: new Map() };

/** Of a terminal server there may be hundreds, which tell no more. */
export const MOST_USERS = 20;
