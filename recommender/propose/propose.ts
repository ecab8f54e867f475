import type { Dependency } from '../../analytics/model/dependency';
import type { Topology } from '../../analytics/model/topology';
import type { ExporterQuality } from '../../ingest/exporters';
import { contentId } from '../model/identity';
import type { Granularity, Policy, PolicyScope } from '../model/policy';
import { activities, type Activity } from './activity';
import { contexts, type ContextKind, type Recognition } from './context';
import { standingOf, type RuleDecision } from './decisions';
import { draftBundles } from './draft';
import { drawnBy, foldDrawn, mayWander, type MayWander } from './drawn';
import { surveyEstate } from './estate';
import type { KnownGroup } from './known';
import { mergeDrafts } from './merge';
import { placeClients, placeServers } from './placement';
import { ruleOf } from './rule';
import { namedGroups, sectionsOf } from './sections';
import { listRefusals, siftDependencies, UNSUSPECTING, type Suspicion } from './sift';
import { servedBy } from './surface';
import { SYSTEM_RANGES, type SystemRange } from './system-range';
import { witnesses } from './telemetry';
import { nothingSeen } from './thin';

/** `inbound` leaves what the closed workloads open to others alone. */
export type Strategy = 'both' | 'inbound';

export interface ProposeInput {
  readonly topology: Topology;
  /** Of the topology's window and workloads. */
  readonly dependencies: readonly Dependency[];
  readonly name: string;
  /** ISO 8601. */
  readonly now: string;
  /** What to close and to write rules for; everything when left out. */
  readonly scope?: PolicyScope;
  /** Tiers when left out. */
  readonly granularity?: Granularity;
  readonly strategy?: Strategy;
  /** What rules are to carry beyond ports; nothing when left out. */
  readonly carry?: readonly ContextKind[];
  readonly recognised?: readonly Recognition[];
  /** Of all uses; no leases when left out. */
  readonly activity?: readonly Activity[];
  readonly exporters?: readonly ExporterQuality[];
  readonly suspicion?: Suspicion;
  readonly decisions?: readonly RuleDecision[];
  /** Groups that the target of the policy has already. */
  readonly known?: readonly KnownGroup[];
  /** What may be drawn; by the registry where left out. */
  readonly wanders?: MayWander;
  /** From where systems draw; none where port numbers are no numbers of ports. */
  readonly ranges?: readonly SystemRange[];
}

/**
 * The allow-list that the traffic of the window asks for. What is not proposed is in `refusals`, and a policy without
 * rules says there why.
 *
 * @throws WayleaveError `unknown-application`, `unknown-environment`, `unknown-workload`, `empty-scope`
 */
export function propose(input: ProposeInput): Policy {
  const { topology, dependencies, name, now, scope, strategy = 'both', suspicion = UNSUSPECTING } = input;
  const { granularity = 'tier', wanders = mayWander, ranges = SYSTEM_RANGES } = input;
  const estate = surveyEstate(topology, { granularity, known: input.known ?? [], ...(scope ? { scope } : {}) });
  const standing = standingOf(input.decisions ?? []);
  const asked = strategy === 'both' ? dependencies : dependencies.filter(({ server }) => estate.isClosed(server));
  const elsewhere = scope !== undefined && scope.kind !== 'everything';
  const { kept, accepted, refused } = siftDependencies(asked, estate, { suspicion, standing, elsewhere });

  const placed = placeServers(kept, estate);
  const drawn = drawnBy(placed, topology.window, wanders);
  const served = foldDrawn(placed, drawn, ranges);
  const bundles = placeClients(served, estate);
  const drafted = draftBundles(bundles, estate, { granularity, standing, accepted });
  const drafts = mergeDrafts(drafted.drafts, estate);

  const reasons = new Map(
    drawn.map(({ group, protocol, confidence, reason }) => [
      `${group}\t${protocol}`,
      `${reason} (confidence ${confidence.toFixed(2)})`,
    ]),
  );
  const making = {
    estate,
    ranges,
    served: servedBy(
      drafts,
      served.map(({ dependency }) => dependency),
    ),
    drawnReason: (group: string, protocol: number) => reasons.get(`${group}\t${protocol}`),
    witnessesOf: witnesses(input.exporters ?? []),
    contextOf: contexts(input.recognised ?? [], input.carry ?? [], (id) => estate.workloads.get(id)?.users ?? []),
    activityOf: activities(input.activity, topology.window),
  };
  const sections = sectionsOf(drafts, topology, (draft) => ruleOf(draft, making));
  const refusals = listRefusals([...refused, ...drafted.refused], estate);
  const appliedTo = estate.closed.map(({ frozen }) => frozen.id);
  const content = {
    name,
    topology: topology.id,
    window: topology.window,
    ...(scope ? { scope } : {}),
    granularity,
    sections,
    groups: namedGroups(drafts, topology, estate),
    appliedTo,
    ...(strategy === 'inbound'
      ? { closures: appliedTo.map((group) => ({ group, inbound: 'deny' as const, outbound: 'open' as const })) }
      : {}),
    refusals: sections.length === 0 && refusals.length === 0 ? [nothingSeen(estate, topology)] : refusals,
  };
  return { id: contentId('p', content), created: now, ...content };
}
