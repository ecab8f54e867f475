import { messageOf } from '../../kernel/errors';

/** How a value is compared. The negative ones (`!=`, `not in`, …) are `not` around these. */
export type Operator = '=' | '<' | '<=' | '>' | '>=' | 'like' | '~';

/** Where values go: they are bound, and only ever named in SQL. */
export interface Binder {
  /** @returns `{f0:UInt16}` */
  bind(type: string, value: string | number | readonly string[] | readonly number[]): string;
  /** Epoch milliseconds; relative times count from it. */
  readonly now: number;
}

/** A sort of field: what can be said of it, and how that is asked of ClickHouse. */
export interface Kind {
  /** For messages: `a port or a range such as 443 or 8000-8100`. */
  readonly expects: string;
  /** `=` takes lists; the others take one value. */
  readonly operators: readonly Operator[];
  /** All values there are, where they have names. */
  readonly values: readonly string[];
  /** What is wrong with a value; undefined when it can be compared. */
  problem(operator: Operator, value: string): string | undefined;
  /** One column (or element of one) satisfies; for `=`, with any of the values. Values have no problem. */
  condition(column: string, operator: Operator, values: readonly string[], binder: Binder): string;
  /** What a field without operator and value means, where it means something. */
  readonly alone?: (column: string) => string;
}

export function anyOf(conditions: readonly string[]): string {
  return conditions.length === 1 ? (conditions[0] ?? '') : `(${conditions.join(' OR ')})`;
}

/** What `attempt` throws, as a problem. */
export function problemOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
