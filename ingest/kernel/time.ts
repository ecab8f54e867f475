/** `2026-11-21 09:00 UTC`: what people read in rules, reports and problems. */
export function formatTime(epochSeconds: number): string {
  return `${new Date(epochSeconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export type Clock = () => Date;

/** Milliseconds since some moment or other: they go forward at one pace, whatever is done to the time of day. */
export type SteadyClock = () => number;
