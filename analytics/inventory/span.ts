/** As long as anybody knows, and still: the ends of what the engine's DateTime64 can hold, epoch milliseconds. */
export const EVER = Date.UTC(1900, 0, 1);
export const STILL = Date.UTC(2299, 0, 1);

/** A moment that a source states, within what can be stored. */
export function storedTime(milliseconds: number): number {
  return Math.min(Math.max(Math.round(milliseconds), EVER), STILL);
}

/** A DateTime64 as ISO 8601 to the second; null where it is as long as anybody knows, or still. */
export function isoText(column: string): string {
  return `if(toYear(${column}) IN (1900, 2299), NULL, formatDateTime(${column}, '%Y-%m-%dT%H:%i:%SZ'))`;
}

/** A DateTime64(3) of a parameter in epoch milliseconds. */
export function momentOf(parameter: string): string {
  return `fromUnixTimestamp64Milli({${parameter}:Int64})`;
}
