/** What a point of the curve is asked to keep to, in numbers that are known when a policy is made. */
export const BUDGETS = {
  /** Of what is known to be served, to everybody managed. */
  surface: 0.15,
  /** Host pairs over rules. */
  compression: 40,
} as const;
