import type { Disagreement, Group } from '../../model/topology';
import type { Evidence, Use } from '../evidence';
import { compareText } from '../../../ingest/kernel/text';
import { percent, rounded } from '../figures';
import { homesIn } from '../homes';
import { agree } from '../applications/environments';
import { weighUses } from '../applications/weights';
import { describeDecision } from './describe-decision';
import type { Held } from './fold-decisions';

/** Share of the managed workloads that who was refused as a shared service or scanner still reaches. */
const STILL_SHARED = 0.3;

/**
 * Where the traffic of workloads would have them elsewhere than people put them.
 *
 * @param uses without what everybody does with everybody
 * @returns by workload
 */
export function findDisagreements(
  held: Held,
  evidence: Evidence,
  uses: readonly Use[],
  groups: readonly Group[],
): Disagreement[] {
  if (held.standing.length === 0) return [];
  const homes = { application: homesIn(groups, 'application'), tier: homesIn(groups, 'tier') };
  const seen: Seen = { held, evidence, groups: new Map(groups.map((group) => [group.id, group])), homes };
  return [...ofApplications(seen, uses), ...ofTiers(seen), ...ofShared(seen), ...ofRefused(seen)].sort(
    (a, b) => compareText(a.workload, b.workload) || compareText(a.group, b.group),
  );
}

interface Seen {
  readonly held: Held;
  readonly evidence: Evidence;
  readonly groups: ReadonlyMap<string, Group>;
  readonly homes: { readonly application: ReadonlyMap<string, Group>; readonly tier: ReadonlyMap<string, Group> };
}

/** Held in one application, and most tied to another. */
function ofApplications({ held, evidence, groups, homes }: Seen, uses: readonly Use[]): Disagreement[] {
  const { workloads } = evidence;
  const holds = held.holds.of.application;
  const isHeld = workloads.map(({ id }) => holds.has(id));
  const about = uses.filter(({ client, server }) => isHeld[client] === true || isHeld[server] === true);
  const ties = new Map<string, Map<Group, number>>();
  for (const { a, b, weight } of weighUses(evidence, about)) {
    for (const [own, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const workload = workloads[own]?.id ?? '';
      const application = homes.application.get(workloads[other]?.id ?? '');
      if (isHeld[own] !== true || !application) continue;
      // It could not be there, whatever it does with it.
      const home = homes.application.get(workload);
      if (!agree(home?.environment ?? null, application.environment ?? null)) continue;
      const to = ties.get(workload) ?? new Map<Group, number>();
      ties.set(workload, to.set(application, (to.get(application) ?? 0) + weight));
    }
  }
  return [...ties].flatMap(([workload, to]) => {
    const hold = holds.get(workload);
    const own = groups.get(hold?.group ?? '');
    const [best] = [...to].sort(([a, x], [b, y]) => y - x || compareText(a.id, b.id));
    if (!hold || !own || !best || best[0] === own || homes.application.get(workload) !== own) return [];
    const total = [...to.values()].reduce((sum, weight) => sum + weight, 0);
    const [theirs, ours] = [best[1] / total, (to.get(own) ?? 0) / total];
    if (theirs <= ours) return [];
    const text = `${percent(theirs)} of its traffic with applications, by weight, is with ${best[0].name}, ${percent(ours)} with ${own.name}`;
    return [disagreement(held, workload, own.id, hold.decision, best[0].id, text, ours - theirs)];
  });
}

/** Held in one tier, and at least as much like another. */
function ofTiers({ held, groups }: Seen): Disagreement[] {
  return [...groups.values()].flatMap(({ id, kind, name, members }) =>
    members.flatMap(({ workload, decision, next }) => {
      const other = groups.get(next?.group ?? '');
      if (kind !== 'tier' || decision === undefined || !next || !other || next.fit < 1) return [];
      const text = `what it serves and uses is as much like ${other.name} as like ${name}`;
      return [disagreement(held, workload, id, decision, other.id, text, -next.fit)];
    }),
  );
}

/** Held as a shared service, and used by, or using, workloads of one application only. */
function ofShared({ held, evidence, groups, homes }: Seen): Disagreement[] {
  const holds = held.holds.of['shared-service'];
  const partners = partnersOf(evidence, (workload) => holds.has(workload));
  return [...partners].flatMap(([workload, others]) => {
    const hold = holds.get(workload);
    // Shared services have to do with it whatever it is for.
    const found = [...others].flatMap((each) => homes.application.get(evidence.workloads[each]?.id ?? '') ?? []);
    const [only, ...more] = new Set(found);
    if (!hold || !only || more.length > 0 || !groups.has(hold.group)) return [];
    const text =
      found.length === 1
        ? `the one workload of an application that it has to do with is of ${only.name}`
        : `all ${found.length} workloads of applications that it has to do with are of ${only.name}`;
    return [disagreement(held, workload, hold.group, hold.decision, only.id, text, -1)];
  });
}

/** Refused, and still reaching much of the estate. */
function ofRefused({ held, evidence, homes }: Seen): Disagreement[] {
  const refused = new Map([...held.holds.refused.scanner, ...held.holds.refused['shared-service']]);
  const partners = partnersOf(evidence, (workload) => refused.has(workload));
  return [...partners].flatMap(([workload, others]) => {
    const home = homes.application.get(workload);
    const decision = refused.get(workload);
    const share = others.size / evidence.managed.length;
    if (!home || decision === undefined || share < STILL_SHARED) return [];
    const text = `it has to do with ${others.size} of ${evidence.managed.length} managed workloads`;
    return [disagreement(held, workload, home.id, decision, null, text, -share)];
  });
}

/** Managed workloads at the other end of what a workload serves or uses. */
function partnersOf(
  { workloads, uses, isManaged }: Evidence,
  accept: (workload: string) => boolean,
): Map<string, Set<number>> {
  const wanted = workloads.map(({ id }) => accept(id));
  const partners = new Map<string, Set<number>>();
  const add = (own: number, other: number): void => {
    if (wanted[own] !== true || !isManaged(other)) return;
    const workload = workloads[own]?.id ?? '';
    const of = partners.get(workload) ?? new Set();
    partners.set(workload, of.add(other));
  };
  for (const { client, server } of uses) {
    add(client, server);
    add(server, client);
  }
  return partners;
}

function disagreement(
  { standing }: Held,
  workload: string,
  group: string,
  decision: string,
  suggested: string | null,
  text: string,
  weight: number,
): Disagreement {
  const why = standing.find(({ id }) => id === decision);
  const said = why ? `, against ${describeDecision(why)}` : '';
  return {
    workload,
    group,
    between: 'decision',
    suggested,
    reason: { text: `${text}${said}`, weight: rounded(weight) },
  };
}
