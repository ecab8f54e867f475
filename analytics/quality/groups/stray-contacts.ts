import { startOfDay, type Estate } from '../../../fixtures/generate';
import { Random } from '../../../fixtures/generate/random';
import { PROTOCOL } from '../../../ingest/kernel/port';
import type { Cast } from './cast';
import type { Sighting } from './seen-dependencies';

/** Where people look after machines, and what misconfigured programs try. */
const PORTS = [22, 22, 443, 445, 3389, 8080];
/** Share of them at a port nobody knows. */
const HIGH = 0.4;
const ESTABLISHED = 0.7;
const DAY = 86_400_000;

export interface StrayOptions {
  readonly seed: number;
  readonly day: number;
  /** A managed host's on a day, on average. */
  readonly strays: number;
}

/** Anyone to anyone, once. */
export function* strayContacts(estate: Estate, cast: Cast, { seed, day, strays }: StrayOptions): Generator<Sighting> {
  if (strays === 0) return;
  const random = new Random(seed, estate.seed, 'strays', day);
  const managed = [...cast.workloads.keys()].filter((number) => cast.isManaged(number));
  for (const client of managed) {
    for (let left = random.poisson(strays); left > 0; left--) {
      const server = random.pick(managed);
      const port = random.chance(HIGH) ? random.int(1024, 65_535) : random.pick(PORTS);
      const at = startOfDay(estate, day) + random.int(0, DAY - 1);
      const established = random.chance(ESTABLISHED) ? 1 : 0;
      yield {
        client,
        server,
        protocol: PROTOCOL.tcp,
        port,
        control: null,
        connections: 1,
        established,
        denied: 0,
        packets: 12,
        bytes: 6_000,
        hours: 1,
        first: at,
        last: at,
      };
    }
  }
}
