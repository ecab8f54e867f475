import { startOfDay, type Estate } from '../../../fixtures/generate';
import { attackTraffic } from '../../../fixtures/generate/attack/attack-traffic';
import { linkEdges } from '../../../fixtures/generate/link-edges';
import type { AttackKind, Campaign } from '../../../fixtures/generate/model';
import { Random } from '../../../fixtures/generate/random';
import type { Dependency } from '../../../analytics/model/dependency';
import { Cast } from '../../../analytics/quality/groups/cast';
import { COVERAGES, type Level } from '../../../analytics/quality/groups/coverage';
import { EstateObserver } from '../../../analytics/quality/groups/estate-observer';
import { observeEstate, type LabelledNetwork } from '../../../analytics/quality/groups/generated-network';
import { SeenDependencies } from '../../../analytics/quality/groups/seen-dependencies';
import type { Workload } from '../../../analytics/model/workload';

/** Two days of a generated estate to learn from, its own traffic of the day after, and attacks on that day. */
export interface EstateDays {
  readonly training: LabelledNetwork;
  /** With those that nobody saw while learning. */
  readonly workloads: readonly Workload[];
  /** What the estate needs: neither noise nor attacks, answered. */
  readonly test: readonly Dependency[];
  /** Of `test`, what is asked of the directory. */
  readonly directory: readonly Dependency[];
  readonly attacks: ReadonlyMap<AttackKind, readonly Dependency[]>;
}

export interface EstateDaysOptions {
  readonly seed: number;
  readonly level: Level;
}

const FIRST_DAY = 2;
const DAYS = 2;
const MINUTES = 1_440;
const STRANGERS = 500;
/** Of the kinds of attack, those that move through the estate; what else they do is a matter of how much, not of who. */
const MOVING: readonly AttackKind[] = ['lateral-movement', 'sweep', 'crossing', 'directory-replication'];

export function estateDays(estate: Estate, { seed, level }: EstateDaysOptions): EstateDays {
  const training = observeEstate(estate, { seed, level, day: FIRST_DAY, days: DAYS });
  const day = FIRST_DAY + DAYS;
  const coverage = COVERAGES[level];
  const cast = new Cast(estate, { seed, labelled: false, inventory: coverage.inventory });
  const idOf = (number: number) => cast.workloads[number]?.id ?? '';
  const gather = (fill: (observer: EstateObserver) => void): Dependency[] => {
    const seen = new SeenDependencies();
    fill(new EstateObserver(estate, cast, coverage, seed, seen));
    return seen.dependencies(idOf, () => []);
  };
  const test = gather((observer) => {
    for (const edge of linkEdges(estate, { seed, day, strangers: STRANGERS })) observer.edge(edge);
  }).filter(({ established }) => established > 0);
  const attacks = new Map(
    MOVING.map((kind) => [
      kind,
      gather((observer) => {
        for (const campaign of estate.campaigns.filter((each) => each.kind === kind))
          for (const connection of attackOn(day, campaign, estate)) observer.connection(connection);
      }),
    ]),
  );
  const controllers = new Set(
    (estate.groups.get('directory')?.seats ?? []).flatMap((seat) =>
      seat.map(({ endpoint }) => idOf(cast.numberOf(endpoint))),
    ),
  );
  return {
    training,
    workloads: cast.workloads,
    test,
    directory: test.filter(({ server }) => controllers.has(server)),
    attacks,
  };
}

function attackOn(day: number, campaign: Campaign, estate: Estate) {
  const found: Parameters<EstateObserver['connection']>[0][] = [];
  const under = { ...campaign, firstDay: day, lastDay: day };
  for (const source of attackTraffic(under, { estate, day, weekend: false, volume: 1 })) {
    for (let index = 0; index < MINUTES; index++) {
      const start = startOfDay(estate, day) + index * 60_000;
      const random = new Random(estate.seed, day, source.id, index);
      source.minute({ index, start, random }, (connection) => found.push(connection));
    }
  }
  return found;
}
