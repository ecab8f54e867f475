const ZERO = 48;
/** Names that are numbers are looked up in a table of so many. */
const MOST_DECIMALS = 2 ** 22;

/** Numbers the hosts of a text as they come, without making a string of each mention. */
export class HostNumbers {
  /** Names of hosts by number. */
  readonly names: string[] = [];
  /** One more than the number of the host with a decimal name; 0 for none. */
  private readonly decimals = new Int32Array(MOST_DECIMALS);
  private readonly others = new Map<string, number>();

  /** The number of the host whose name is at these bytes. */
  at(bytes: Buffer, start: number, end: number): number {
    const decimal = decimalAt(bytes, start, end);
    if (decimal < 0) return this.numberOf(bytes.toString('utf8', start, end));
    const known = this.decimals[decimal] ?? 0;
    if (known > 0) return known - 1;
    this.decimals[decimal] = this.names.push(String(decimal));
    return this.names.length - 1;
  }

  private numberOf(name: string): number {
    const known = this.others.get(name);
    if (known !== undefined) return known;
    this.others.set(name, this.names.push(name) - 1);
    return this.names.length - 1;
  }
}

/** -1 for what is none that is written in one way only, or too large. */
function decimalAt(bytes: Buffer, start: number, end: number): number {
  if (bytes[start] === ZERO && end - start > 1) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
    if (value >= MOST_DECIMALS) return -1;
  }
  return value;
}
