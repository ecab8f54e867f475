import type { Closing, Policy } from './policy';

export const SIDES = ['inbound', 'outbound'] as const;
export type Side = (typeof SIDES)[number];

/** Ids of the groups to or from whose members what no rule admits is treated so, sorted. */
export function groupsClosed(
  { appliedTo, closures }: Pick<Policy, 'appliedTo' | 'closures'>,
  side: Side,
  closing: Closing,
): string[] {
  const exceptions = new Map((closures ?? []).map((closure) => [closure.group, closure[side]]));
  return appliedTo.filter((group) => (exceptions.get(group) ?? 'deny') === closing).sort();
}
