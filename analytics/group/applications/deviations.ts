import type { Application } from './applications';
import { strongestTies } from './belonging';
import { agree } from './environments';
import type { Evidence, Use } from '../evidence';
import { adjacency, weighUses } from './weights';

/** A workload that is where its label puts it, though its traffic is with another application. */
export interface LabelDeviation {
  readonly workload: number;
  readonly label: string;
  /** Numbers of the application it is in and of the one its traffic is with. */
  readonly application: number;
  readonly suggested: number;
  /** Shares of its traffic with applications, by weight, that stay in its application and go to the other. */
  readonly inside: number;
  readonly elsewhere: number;
}

/** Share of a workload's traffic that must be with another application … */
const LEAST_ELSEWHERE = 0.7;
/** … over so many others there, for one may be a friend. */
const LEAST_PARTNERS = 2;

/** @returns ascending by workload */
export function findDeviations(
  evidence: Evidence,
  uses: readonly Use[],
  applications: readonly Application[],
): LabelDeviation[] {
  const applicationOf = new Map(
    applications.flatMap(({ owned }, at) => [...owned.keys()].map((workload) => [workload, at] as const)),
  );
  const environmentOf = (workload: number) => applications[applicationOf.get(workload) ?? -1]?.environment ?? null;
  const among = uses.filter(
    ({ client, server }) =>
      applicationOf.has(client) && applicationOf.has(server) && agree(environmentOf(client), environmentOf(server)),
  );
  const neighbours = adjacency(weighUses(evidence, among));
  return applications
    .flatMap(({ owned, application: label }, application) =>
      [...owned.keys()].flatMap((workload): LabelDeviation[] => {
        if (label === null || evidence.workloads[workload]?.labels.app !== label) return [];
        const ties = neighbours.get(workload);
        const { inside, other, at, total } = strongestTies(ties, application, applicationOf);
        const partners = [...(ties?.keys() ?? [])].filter((each) => applicationOf.get(each) === at).length;
        if (total === 0 || other < LEAST_ELSEWHERE * total || partners < LEAST_PARTNERS) return [];
        return [{ workload, label, application, suggested: at, inside: inside / total, elsewhere: other / total }];
      }),
    )
    .sort((a, b) => a.workload - b.workload);
}
