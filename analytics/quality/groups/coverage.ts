// Taken once: jest looks every global up through an interceptor.
const { imul } = Math;

/** What of an estate is seen, and what else is seen with it. */
export interface Coverage {
  /** Share of the host pairs whose traffic passes an exporter. */
  readonly pairs: number;
  /** Share of the managed hosts with a sensor: traffic is seen at either end. */
  readonly sensors: number;
  /** Share of the managed hosts that the inventory knows. */
  readonly inventory: number;
  /** Share of the servers whose wandering ports are recognised as one service. */
  readonly folded: number;
  /** One-off connections a host and day, to anyone, where people look after machines or something is misconfigured. */
  readonly strays: number;
  /** Share of the estate's own background noise that was not recognised and left out. */
  readonly background: number;
}

/** Everything; a network with blind spots; sensors on some hosts only, under an inventory that is out of date. */
export const COVERAGES = {
  clean: { pairs: 1, sensors: 1, inventory: 1, folded: 1, strays: 0, background: 0 },
  field: { pairs: 0.8, sensors: 1, inventory: 0.98, folded: 0.9, strays: 0.5, background: 0.01 },
  poor: { pairs: 0.95, sensors: 0.28, inventory: 0.88, folded: 0.7, strays: 1.5, background: 0.05 },
} as const satisfies Readonly<Record<string, Coverage>>;

export type Level = keyof typeof COVERAGES;

/** Whether the n-th of something is among a share of all of it: always the same, whatever else is asked. */
export function isAmong(share: number, ...keys: readonly number[]): boolean {
  let state = 0x9e3779b9;
  for (const key of keys) {
    state = imul(state ^ key, 0x85ebca6b);
    state = imul(state ^ (state >>> 13), 0xc2b2ae35);
    state ^= state >>> 16;
  }
  return (state >>> 0) / 0x1_0000_0000 < share;
}
