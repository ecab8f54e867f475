import { formatTime } from '../../../../ingest/kernel/time';

/** `1 hour`, `1,204 hours`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`; the first few, and how many more there are. */
export function listed(items: readonly string[], most = 6): string {
  const shown = items.length > most ? [...items.slice(0, most - 1), `${items.length - most + 1} more`] : items;
  const [last = '', ...rest] = [...shown].reverse();
  return rest.length === 0 ? last : `${rest.reverse().join(', ')} and ${last}`;
}

/** `from … to …`, epoch seconds. */
export function between(first: number, last: number): string {
  return `from ${formatTime(first)} to ${formatTime(last)}`;
}
