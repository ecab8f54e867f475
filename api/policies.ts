import { wholeWindow } from '../analytics/conversations';
import type { Inventory } from '../analytics/inventory';
import type { Window } from '../analytics/model/topology';
import { WayleaveError } from '../ingest/kernel/errors';
import { formatTime, type Clock } from '../ingest/kernel/time';
import type { Store } from '../ingest/store';
import { describePacket } from '../recommender/export';
import {
  applyEdits,
  createPolicies,
  describeEffect,
  diffPolicies,
  enforcedPolicy,
  filterChange,
  findDifferences,
  judgeChange,
  lastUses,
  leaseStatuses,
  mergeRecommendation,
  overdueRules,
  renewLeases,
  withPolicyId,
  withoutRules,
  type Actor,
  type Change,
  type Edit,
  type Enforced,
  type GateVerdict,
  type LeaseStatus,
  type Policies,
  type Revision,
  type RevisionSource,
} from '../recommender/lifecycle';
import type { Policy } from '../recommender/model/policy';
import { groundOf } from '../recommender/replay';
import type { Config } from './config/config';
import type { Documents } from './documents';
import { findRecommendation } from './recommendation';

export interface PolicyServiceDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly documents: Pick<Documents, 'find'>;
  readonly inventory: Pick<Inventory, 'directory'>;
  readonly config: Pick<Config, 'policy' | 'estate'>;
}

/** A body as it would be the next revision, or as it is. */
export interface Proposal {
  readonly body: Policy;
  /** Number of the revision; null where it was only tried. */
  readonly revision: number | null;
  /** In words, what it opens and what it would break against the revision before. */
  readonly effect: readonly string[];
  readonly changes: readonly Change[];
  /** Of a recommendation that was merged. */
  readonly conflicts: readonly string[];
  readonly leftOut: readonly string[];
}

export interface RevisionDiff {
  readonly from: number;
  readonly to: number;
  readonly changes: readonly Change[];
  /** Packets that only the later lets through, in words, each for all of its class. */
  readonly opened: readonly string[];
  /** Packets that only the earlier let through. */
  readonly closed: readonly string[];
  /** Whether there are no more of either. */
  readonly complete: boolean;
}

export interface TendedLeases {
  /** New ends by rule id. */
  readonly renewed: Readonly<Record<string, string>>;
  /** Number of the revision that is proposed without the rules that ran out; null for none. */
  readonly proposed: number | null;
  readonly leases: readonly LeaseStatus[];
}

export type RevisionInput =
  | { readonly kind: 'body'; readonly body: Policy }
  /** By its id; the newest where none is said. */
  | { readonly kind: 'recommendation'; readonly recommendation?: string }
  | { readonly kind: 'edits'; readonly edits: readonly Edit[] };

export interface ReviseOptions {
  /** Nothing is kept. */
  readonly dryRun?: boolean;
  /** By whose traffic it is judged; the last 30 days where nothing is said. */
  readonly window?: Partial<Window>;
}

/** Stored policies with what it takes to work on them. */
export interface PolicyService extends Policies {
  /** @throws WayleaveError as `Policies.create`, `no-recommendation`, `unknown-group` */
  createFrom(
    input: Exclude<RevisionInput, { kind: 'edits' }>,
    name: string | undefined,
    actor: Actor,
  ): ReturnType<Policies['create']>;
  /** @throws WayleaveError as `Policies.revise`, `bad-edit`, `no-recommendation`, `unknown-group` */
  propose(id: string, input: RevisionInput, actor: Actor, options?: ReviseOptions): Promise<Proposal>;
  /** A new revision with the body of an earlier one, byte for byte. */
  rollBack(id: string, to: number, actor: Actor): Promise<Revision>;
  /**
   * A body to replay or to prove: the latest recommendation, or one by its id, or the newest revision of a stored policy,
   * or the one that is said after an @.
   */
  named(written?: string): Promise<Policy>;
  /** From the one before the newest, to the newest, where they are not said. */
  diff(id: string, from?: number, to?: number): Promise<RevisionDiff>;
  /**
   * What an enforcement point is to do: of the revision in force.
   *
   * @param options.revision held against that one; whose draft it is, of a draft
   * @param options.draft all of it, of the newest unless said otherwise, as if it were enforced
   * @throws WayleaveError `nothing-enforced`
   */
  enforced(id: string, options?: { readonly revision?: number; readonly draft?: boolean }): Promise<Enforced>;
  leases(id: string): Promise<LeaseStatus[]>;
  /** Renews leases by what was used, and proposes a revision without what ran out. */
  tendLeases(id: string, actor: Actor): Promise<TendedLeases>;
}

const DAYS_JUDGED = 30;
const DAY = 86_400;
const PACKETS_LISTED = 100;

export function createPolicyService({ store, clock, documents, inventory, config }: PolicyServiceDeps): PolicyService {
  const gate = (body: string): Promise<GateVerdict | undefined> => documents.find('gate', body);
  const stored = createPolicies({ store, clock, approvals: config.policy.approvals, gate });
  const now = () => Math.floor(clock().getTime() / 1000);

  const trafficOf = async (wanted: Partial<Window> = {}) => {
    const whole = await wholeWindow(store);
    if (!whole) return undefined;
    const to = Math.min(wanted.to ?? whole.to, whole.to);
    const from = Math.max(wanted.from ?? to - DAYS_JUDGED * DAY, whole.from);
    if (from >= to) return undefined;
    const directory = await inventory.directory({ from, to });
    const workloads = directory.workloads();
    const names = new Map(workloads.map(({ id, name }) => [id, name]));
    const nameOf = (address: string) => names.get(directory.resolve(address) ?? address) ?? address;
    return { window: { from, to }, ground: groundOf(workloads, config.estate.networks), nameOf };
  };
  const effectOf = async (before: Policy, after: Policy, window?: Partial<Window>): Promise<string[]> => {
    const differences = findDifferences(filterChange(before, after), PACKETS_LISTED);
    const traffic = await trafficOf(window);
    return describeEffect(differences, traffic && (await judgeChange(store, { before, after }, traffic)));
  };
  const recommendation = (id?: string): Promise<Policy> => findRecommendation(documents, id);
  const nextBody = async (
    { state }: Awaited<ReturnType<Policies['find']>>,
    { body: before }: Revision,
    input: RevisionInput,
  ): Promise<{ body: Policy; source: RevisionSource; conflicts: readonly string[]; leftOut: readonly string[] }> => {
    switch (input.kind) {
      case 'body':
        return {
          body: withPolicyId({ ...input.body, name: before.name }),
          source: { kind: 'revised' },
          conflicts: [],
          leftOut: [],
        };
      case 'edits':
        return {
          body: applyEdits(before, input.edits),
          source: { kind: 'edited', edits: input.edits },
          conflicts: [],
          leftOut: [],
        };
      case 'recommendation': {
        const found = await recommendation(input.recommendation);
        const merged = mergeRecommendation(before, found, state);
        return { ...merged, source: { kind: 'recommendation', recommendation: found.id } };
      }
    }
  };
  const { find, revision, act } = stored;

  return {
    ...stored,
    async createFrom(input, name, actor) {
      // A recommendation is known by its id: what the gate found about it is true of this.
      const body = input.kind === 'body' ? withPolicyId(input.body) : await recommendation(input.recommendation);
      return stored.create(name === undefined ? body : { ...body, name }, actor);
    },
    async propose(id, input, actor, { dryRun = false, window } = {}) {
      const policy = await find(id);
      const before = await revision(policy.id, policy.state.head);
      const { body, source, conflicts, leftOut } = await nextBody(policy, before, input);
      const effect = await effectOf(before.body, body, window);
      const changes = diffPolicies(before.body, body);
      const proposal = { body, effect, changes, conflicts, leftOut };
      if (dryRun) return { ...proposal, revision: null };
      // What was judged was the revision before: whoever came in between made it another.
      const expected = actor.expected ?? policy.state.version;
      const { number } = await stored.revise(policy.id, body, source, { ...actor, expected }, effect);
      return { ...proposal, revision: number };
    },
    async rollBack(id, to, actor) {
      const policy = await find(id);
      const { body } = await revision(policy.id, to);
      const before = await revision(policy.id, policy.state.head);
      const effect = await effectOf(before.body, body);
      const expected = actor.expected ?? policy.state.version;
      return stored.revise(policy.id, body, { kind: 'rolled-back', to }, { ...actor, expected }, effect);
    },
    async named(written) {
      if (written === undefined) return recommendation();
      const recommended = await documents.find('policy', written);
      if (recommended) return recommended;
      const { policy, number } = splitRevision(written);
      return (await revision(policy, number)).body;
    },
    async diff(id, from, to) {
      const policy = await find(id);
      const later = await revision(policy.id, to ?? policy.state.head);
      const earlier = await revision(policy.id, from ?? Math.max(1, later.number - 1));
      const { opened, closed, complete } = findDifferences(filterChange(earlier.body, later.body), PACKETS_LISTED);
      return {
        from: earlier.number,
        to: later.number,
        changes: diffPolicies(earlier.body, later.body),
        opened: opened.map(describePacket),
        closed: closed.map(describePacket),
        complete,
      };
    },
    async enforced(id, { revision: wanted, draft = false } = {}) {
      const { id: policy, name, state } = await find(id);
      if (draft) return { policy: (await revision(policy, wanted)).body, leftOut: [], overdue: [] };
      const { active } = state;
      if (active === null || (wanted !== undefined && wanted !== active)) {
        throw new WayleaveError(
          active === null
            ? `nothing of policy "${name}" is staged or enforced yet: stage it, or ask for its draft`
            : `revision ${active} of policy "${name}" is in force: closings would come without the rules that revision ${wanted} has otherwise; expected ${active}, or the draft`,
          { code: 'nothing-enforced', where: { policy } },
        );
      }
      return enforcedPolicy((await revision(policy, active)).body, state, now(), config.policy.leases);
    },
    async leases(id) {
      const { id: policy, state } = await find(id);
      const { body } = await revision(policy, state.active ?? state.head);
      return leaseStatuses(body, state, now());
    },
    async tendLeases(id, actor) {
      const policy = await find(id);
      const active = await revision(policy.id, policy.state.active ?? policy.state.head);
      const traffic = await trafficOf();
      const uses = traffic ? await lastUses(store, active.body, traffic) : new Map<string, number>();
      const renewed = renewLeases(active.body, policy.state, uses, now());
      const { state } =
        Object.keys(renewed).length === 0
          ? policy
          : await act(policy.id, { kind: 'renew', leases: renewed }, { ...actor, expected: policy.state.version });
      const leases = leaseStatuses(active.body, state, now());
      const head = await revision(policy.id, state.head);
      // What the newest revision leases for longer, or for ever, was found to be needed since.
      const ended = new Set(
        leaseStatuses(head.body, state, now()).flatMap(({ rule, state: lease }) => (lease === 'expired' ? [rule] : [])),
      );
      const overdue = overdueRules(active.body, state, now()).filter((rule) => ended.has(rule));
      const body = withoutRules(head.body, overdue);
      if (config.policy.leases === 'expire' || body === head.body) return { renewed, proposed: null, leases };
      const gone = diffPolicies(head.body, body).flatMap(({ kind, rules }) => (kind === 'removed' ? rules : []));
      const source: RevisionSource = { kind: 'expired', rules: gone };
      const reason = actor.reason === '' ? `leases that ended by ${formatTime(now())}` : actor.reason;
      const effect = await effectOf(head.body, body);
      const who = { by: actor.by, reason, expected: state.version };
      const { number } = await stored.revise(policy.id, body, source, who, effect);
      return { renewed, proposed: number, leases };
    },
  };
}

/** `production@3`. */
export function splitRevision(written: string): { readonly policy: string; readonly number?: number } {
  const [, policy = written, number] = /^(.+)@([1-9]\d*)$/.exec(written) ?? [];
  return { policy, ...(number === undefined ? {} : { number: Number(number) }) };
}
