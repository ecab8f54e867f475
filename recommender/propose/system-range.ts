import type { PortRange } from '../../ingest/kernel/port';

/** From where a system draws ports, unless it is told otherwise. */
export interface SystemRange extends PortRange {
  readonly name: string;
}

/** The narrowest first. */
export const SYSTEM_RANGES: readonly SystemRange[] = [
  { name: 'Kubernetes node ports', first: 30_000, last: 32_767 },
  { name: 'Windows before 2008', first: 1_025, last: 5_000 },
  { name: 'IANA, Windows and macOS', first: 49_152, last: 65_535 },
  { name: 'Linux', first: 32_768, last: 60_999 },
  { name: 'AIX and Solaris', first: 32_768, last: 65_535 },
];

/** Less likely than this, ports drawn from a range would not lie so close together. */
const LEAST_CHANCE = 0.001;

/**
 * The narrowest range that a service's ports may have been drawn from: all of them lie in it, and they are spread as so
 * many draws would be. Ports that keep to a corner of every range have one that somebody set, which is what was observed.
 *
 * @param ports distinct
 * @param control port of the service; MS-RPC gives out what it is given at start, one after another, so that spread says nothing
 */
export function systemRangeOf(
  ports: readonly number[],
  control: number | null,
  ranges: readonly SystemRange[] = SYSTEM_RANGES,
): SystemRange | undefined {
  const first = ports.reduce((least, port) => Math.min(least, port), Infinity);
  const last = ports.reduce((most, port) => Math.max(most, port), 0);
  return ranges.find(
    (range) =>
      range.first <= first &&
      last <= range.last &&
      (control !== null || spreadChance(ports.length, (last - first) / (range.last - range.first)) >= LEAST_CHANCE),
  );
}

/** That of so many uniform draws all lie within this share of their range: the distribution of their sample range. */
function spreadChance(draws: number, share: number): number {
  return draws < 2 ? 1 : draws * share ** (draws - 1) - (draws - 1) * share ** draws;
}
