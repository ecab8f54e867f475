/** How many workloads talk, and how many of them it takes to have one end of every conversation. */
export interface Ends {
  readonly talking: number;
  readonly ends: number;
  /** Those who are left out: between them there is nothing. Ascending. */
  readonly others: readonly number[];
  /** So few that sensors stand at these alone: among the others nothing would be seen if they talked all day. */
  readonly isFew: boolean;
}

/**
 * Of the workloads that talk to each other, the share it takes to have one end of every conversation. Of generated
 * estates of 300 to 3,000 hosts it is 0.76 to 0.98 when everything is reported, and 0.30 to 0.44 when 28 % of the hosts
 * have a sensor.
 */
const FEW_ENDS = 0.6;

/**
 * A vertex cover, of each pair the end with more dependencies.
 *
 * @param links between numbers below `workloads`
 */
export function endsOfAll(
  links: readonly { readonly client: number; readonly server: number }[],
  workloads: number,
): Ends {
  const degrees = new Uint32Array(workloads);
  const degreeOf = (workload: number): number => degrees[workload] ?? 0;
  for (const { client, server } of links) {
    for (const end of [client, server]) degrees[end] = degreeOf(end) + 1;
  }
  const covering = new Set<number>();
  for (const { client, server } of links) {
    const difference = degreeOf(client) - degreeOf(server);
    covering.add(difference > 0 || (difference === 0 && client < server) ? client : server);
  }
  const ends = covering.size;
  const others = [...degrees.keys()].filter((workload) => degreeOf(workload) > 0 && !covering.has(workload));
  const talking = ends + others.length;
  return { talking, ends, others, isFew: talking > 0 && ends / talking < FEW_ENDS };
}
