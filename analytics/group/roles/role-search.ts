import { agglomerate } from '../../graph/agglomerate';
import { groupBy } from '../../graph/group-by';
import { learnConcentrations } from '../../graph/concentration';
import type { SimilarityGraph } from '../../graph/neighbours';
import { learnRestaurant, restaurant, UNIFORM, type PartitionPrior } from '../../graph/partition-prior';
import { rowCount } from '../../graph/sparse';
import { fillUrns, type Draws } from '../../graph/urns';
import type { WorkloadKind } from '../../model/workload';
import { endsOfAll } from '../ends';
import type { Evidence } from '../evidence';
import { digest } from '../history/identity';
import type { Features } from './features';
import { drawBefore, drawClasses, drawPartners, drawPorts } from './role-draws';

/** Rows of features, by role. */
type Partition = readonly (readonly number[])[];

interface FoundRoles {
  readonly partition: Partition;
  /** Digest of what would have been found without the run before: the same again holds everybody where they were. */
  readonly afresh: string;
}

interface Fit {
  readonly partition: Partition;
  /** Nats: how much likelier it makes what was seen than no roles at all do, its own probability counted in. */
  readonly evidence: number;
  /** The roles found with what was learned from these; the prior of partitions is learned, too, unless given. */
  improved(prior?: PartitionPrior): Partition;
}

/** Concentrations before anything is learned, in pseudo-counts. */
const FIRST = { ports: 8, portsBesidePartners: 4, partners: 1 } as const;
/**
 * What relations explain counts twice: a role is paid for once, and explains also what others draw of its members. Without
 * it, hosts with little in common but a few errands of everybody end up in one role (docs: groups).
 */
const RELATIONS = 2;
const PORT_ROUNDS = 2;
/**
 * Roles that became one make their partners alike, which lets more become one: the evidence of 1,000 hosts rises by 5 to
 * 20 % in six rounds, and by little after.
 */
const MOST_ROUNDS = 6;
/** As how many draws the role of the run before counts: at one, roles follow the day; at two, who does something else stays. */
const MEMORY = 1.5;

const KINDS: readonly WorkloadKind[] = ['managed', 'unknown', 'external'];

/**
 * The roles that explain best what workloads do, found twice: from services alone, and from whom they have to do with.
 * Where peers wander over hosts the second finds nothing that lasts; where tiers that serve alike stand side by side the
 * first does not see them apart. The likelier of the two is it, unless what was found before still explains as much: two
 * days of one estate differ enough for another partition to be the likeliest by a little.
 *
 * @param before by row, the role it had in the run before, if any; and the digest of that run
 */
export function searchRoles(
  evidence: Evidence,
  features: Features,
  graph: SimilarityGraph,
  before: readonly (string | undefined)[] = [],
  digestBefore?: string,
): FoundRoles {
  const found = searchAfresh(evidence, features, graph);
  const afresh = digestOf(evidence, found.partition);
  if (before.length === 0 || isAsBefore(found.partition, before)) return { partition: found.partition, afresh };
  if (afresh === digestBefore) return { partition: groupBefore(before, found.partition), afresh };
  const remembered = [drawBefore(before, MEMORY)];
  const aided = (partition: Partition) => fit(evidence, features, graph, partition, remembered);
  const both = [aided(found.partition), aided(groupBefore(before, found.partition))];
  // What moves a workload from where it was must be seen in what it does, not in how large roles are.
  const again = both.map((each) => aided(each.improved(UNIFORM)));
  const { partition } = [...both, ...again].reduce((a, b) => (b.evidence > a.evidence ? b : a));
  return { partition, afresh };
}

function digestOf({ workloads, managed }: Evidence, partition: Partition): string {
  const roleOf = new Map(partition.flatMap((rows, role) => rows.map((row) => [row, role] as const)));
  return digest(managed.map((workload, row) => [workloads[workload]?.id, roleOf.get(row)]));
}

function searchAfresh(evidence: Evidence, features: Features, graph: SimilarityGraph): Fit {
  const next = (partition: Partition) => fit(evidence, features, graph, partition, []);
  let best = next(startFromServices(features, graph));
  if (!hasFewEnds(evidence)) {
    // Looking at partners one by one is a poor start: only what follows from it can be compared.
    const partners = next(next(startFromPartners(evidence, features, graph)).improved(UNIFORM));
    if (partners.evidence >= best.evidence) best = partners;
  }
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const again = next(best.improved());
    if (again.evidence <= best.evidence) break;
    best = again;
  }
  return best;
}

/** Whether sensors stand at few workloads: whom the others are seen with says where these are, not what they do. */
function hasFewEnds({ uses, isManaged, workloads }: Evidence): boolean {
  const between = uses.filter(({ client, server, answered }) => answered && isManaged(client) && isManaged(server));
  return endsOfAll(between, workloads.length).isFew;
}

/** Nothing is to be held to where nothing would change: the same data then gives the same roles, to the last digit. */
function isAsBefore(found: Partition, before: readonly (string | undefined)[]): boolean {
  const seen = new Set<string>();
  return found.every((rows) => {
    const [role, ...others] = new Set(rows.flatMap((row) => before[row] ?? []));
    if (role === undefined) return true;
    return others.length === 0 && !seen.has(role) && seen.add(role);
  });
}

/** Newcomers go where most of those are that they are found with. */
function groupBefore(before: readonly (string | undefined)[], found: Partition): Partition {
  const keys = found.flatMap((rows, cluster) => {
    const known = groupBy(
      rows.flatMap((row) => before[row] ?? []),
      (role) => role,
    );
    const most = [...known.values()].reduce((a, b) => (b.length > a.length ? b : a), [])[0];
    return rows.map((row) => ({ row, key: before[row] ?? most ?? cluster }));
  });
  keys.sort((a, b) => a.row - b.row);
  return [...groupBy(keys, ({ key }) => key).values()].map((rows) => rows.map(({ row }) => row));
}

function startFromServices(features: Features, graph: SimilarityGraph): Partition {
  const draws = drawPorts(features);
  let partition = alone(features);
  let concentrations: Float64Array = new Float64Array(draws.kinds).fill(FIRST.ports);
  for (let round = 0; round < PORT_ROUNDS; round++) {
    partition = agglomerate(fillUrns([{ draws, concentrations }]), restaurant(1), graph, partition);
    const learned = learnConcentrations(draws, partition).values;
    if (!learned.some(Number.isFinite)) break;
    concentrations = learned;
  }
  return partition;
}

function startFromPartners({ workloads }: Evidence, features: Features, graph: SimilarityGraph): Partition {
  const ports = drawPorts(features);
  const partners = drawPartners(features, new Uint32Array(workloads.length));
  const urns = fillUrns([
    { draws: ports, concentrations: new Float64Array(ports.kinds).fill(FIRST.portsBesidePartners) },
    { draws: partners, concentrations: new Float64Array(partners.kinds).fill(FIRST.partners) },
  ]);
  return agglomerate(urns, UNIFORM, graph, alone(features));
}

/** Learns from roles how much services, the roles of partners, and the partners themselves tell. */
function fit(
  evidence: Evidence,
  features: Features,
  graph: SimilarityGraph,
  partition: Partition,
  remembered: readonly Draws[],
): Fit {
  const classOf = classesOf(evidence, partition);
  const draws = [drawPorts(features), drawClasses(features, classOf), drawPartners(features, classOf), ...remembered];
  const learned = draws.map((each) => learnConcentrations(each, partition));
  const restaurants = learnRestaurant(partition.map(({ length }) => length));
  return {
    partition,
    evidence: learned.reduce(
      (sum, { gain }, at) => sum + (at === 1 || at === 2 ? RELATIONS : 1) * gain,
      restaurants.evidence,
    ),
    improved: (prior = restaurants) => {
      const urns = fillUrns(draws.map((each, at) => ({ draws: each, concentrations: learned[at]?.values ?? NOTHING })));
      return agglomerate(urns, prior, graph, partition);
    },
  };
}

const NOTHING = new Float64Array();

/** By workload number: its role, or, of what is not managed, its kind. */
function classesOf({ workloads, managed }: Evidence, partition: Partition): Uint32Array {
  const classOf = Uint32Array.from(workloads, ({ kind }) => partition.length + KINDS.indexOf(kind));
  for (const [role, rows] of partition.entries()) for (const row of rows) classOf[managed[row] ?? 0] = role;
  return classOf;
}

function alone({ ports }: Features): Partition {
  return Array.from({ length: rowCount(ports) }, (_, row) => [row]);
}
