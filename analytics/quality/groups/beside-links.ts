import { startOfDay, type Connection, type Estate } from '../../../fixtures/generate';
import { attackTraffic } from '../../../fixtures/generate/attack/attack-traffic';
import { noiseTraffic } from '../../../fixtures/generate/noise-traffic';
import { Random } from '../../../fixtures/generate/random';
import { scanTraffic } from '../../../fixtures/generate/scan-traffic';
import type { TrafficSource } from '../../../fixtures/generate/source';

const MINUTES = 1_440;

export interface BesideOptions {
  readonly seed: number;
  readonly day: number;
  /** Share of the estate's background noise and attacks. */
  readonly background: number;
}

/** The authorised scanner, and what background noise and attacks are left. */
export function* besideLinks(estate: Estate, { seed, day, background }: BesideOptions): Generator<Connection> {
  const today = { estate, day, weekend: false, volume: background };
  const sources: readonly TrafficSource[] =
    background === 0
      ? [scanTraffic(today)]
      : [
          scanTraffic(today),
          ...noiseTraffic(today),
          ...estate.campaigns.flatMap((campaign) => attackTraffic(campaign, today)),
        ];
  for (const source of sources) {
    const connections: Connection[] = [];
    for (let index = 0; index < MINUTES; index++) {
      const random = new Random(seed, estate.seed, day, source.id, index);
      source.minute({ index, start: startOfDay(estate, day) + index * 60_000, random }, (connection) =>
        connections.push(connection),
      );
    }
    yield* connections;
  }
}
