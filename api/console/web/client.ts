import type {
  ActionBody,
  CurveAnswer,
  DecisionAnswer,
  DecisionBody,
  DecisionsAnswer,
  DiffAnswer,
  DriftAnswer,
  ExportersAnswer,
  GroupsAnswer,
  HistoryAnswer,
  MapAnswer,
  PoliciesAnswer,
  PolicySummary,
  Problem,
  ProofAnswer,
  ReachAnswer,
  RecommendationAnswer,
  ReplayAnswer,
  RevisionAnswer,
  RevisionDiffAnswer,
  RollBackBody,
  RuleDecisionBody,
  RunsAnswer,
  StatusAnswer,
  TakeOverBody,
  ThreatsAnswer,
  ThreatState,
} from '../contract';
import type { Lines } from './hash';
import type { Session } from './session';

/** An answer other than success, in the server's words. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;

  constructor({ status, title, detail, code }: Partial<Problem>) {
    super(detail ?? title ?? 'The server gave no reason.');
    this.name = 'ProblemError';
    this.status = status ?? 0;
    this.code = code ?? 'unknown';
  }
}

/** What a recommendation is judged by. */
export type Weighing = 'proof' | 'curve' | 'replay' | 'reach';

export interface StoredPolicy extends PolicySummary {
  readonly revision: RevisionAnswer;
}

/** Every call @throws ProblemError, `unreachable` when there is no answer at all. */
export interface Client {
  status(): Promise<StatusAnswer>;
  exporters(): Promise<ExportersAnswer>;
  /** @param policy id of the one that the lines are about; null for the first there is */
  map(expanded: readonly string[], lines: Lines, policy: string | null): Promise<MapAnswer>;
  /** Null before the first analysis. */
  groups(): Promise<GroupsAnswer | null>;
  decisions(): Promise<DecisionsAnswer>;
  /** The next analysis holds to it. */
  decide(body: DecisionBody): Promise<DecisionAnswer>;
  /** The next analysis no longer holds to it; it stays on record. */
  undo(decision: string, by: string, reason: string): Promise<DecisionAnswer>;
  /** Analyses, the newest first. */
  runs(): Promise<RunsAnswer>;
  /** What changed from one analysis to another. */
  diff(from: string, to: string): Promise<DiffAnswer>;
  /** Null before the first recommendation. */
  recommendation(): Promise<RecommendationAnswer | null>;
  /** Null before the first replay. */
  replay(): Promise<ReplayAnswer | null>;
  /** Null before the first proof. */
  proof(): Promise<ProofAnswer | null>;
  curve(): Promise<CurveAnswer | null>;
  /** Of the latest recommendation, over the traffic there is; takes seconds. */
  weigh(what: Weighing): Promise<unknown>;
  /** A recommendation of at most so many rules, made of the latest. */
  consolidate(rules: number): Promise<RecommendationAnswer>;
  reach(): Promise<ReachAnswer | null>;
  /** Null before the first comparison. */
  drift(policy: string): Promise<DriftAnswer | null>;
  dismissDrift(policy: string, body: { finding: string; by: string; reason: string }): Promise<unknown>;
  /** What it proposes becomes the next revision. */
  acceptDrift(policy: string, body: { by: string; reason: string; expected: number }): Promise<unknown>;
  threats(): Promise<ThreatsAnswer>;
  sayOfThreat(threat: string, body: { state: ThreatState; by: string; reason: string }): Promise<unknown>;
  /** @param policy id or name */
  quarantine(policy: string, body: { finding: string; by: string; reason: string }): Promise<unknown>;
  /** @param name of who is in quarantine */
  liftQuarantine(policy: string, name: string, by: string, reason: string): Promise<unknown>;
  decideRules(body: RuleDecisionBody): Promise<unknown>;
  policies(): Promise<PoliciesAnswer>;
  /** With its newest revision. */
  policy(id: string): Promise<StoredPolicy>;
  policyHistory(id: string): Promise<HistoryAnswer>;
  policyDiff(id: string, from: number, to: number): Promise<RevisionDiffAnswer>;
  takeOver(body: TakeOverBody): Promise<PolicySummary>;
  act(policy: string, body: ActionBody): Promise<unknown>;
  rollBack(policy: string, body: RollBackBody): Promise<unknown>;
}

/** The policy that is meant, or the first while that one is not there. */
export function chosenOf<Some extends { readonly id: string }>(
  policies: readonly Some[],
  chosen: string | null,
): Some | undefined {
  return policies.find(({ id }) => id === chosen) ?? policies[0];
}

export function createClient(session: Session, fetch: typeof globalThis.fetch): Client {
  /** @param sent goes as JSON */
  async function ask<Answer>(path: string, method: 'GET' | 'POST' | 'DELETE' = 'GET', sent?: object): Promise<Answer> {
    const response = await fetch(`api/v1/${path}`, {
      method,
      headers: {
        Accept: 'application/json',
        Authorization: `Bearer ${session.token() ?? ''}`,
        ...(sent ? { 'Content-Type': 'application/json' } : {}),
      },
      ...(sent ? { body: JSON.stringify(sent) } : {}),
    }).catch(() => {
      throw new ProblemError({ code: 'unreachable', detail: 'The Wayleave server does not answer. Is it running?' });
    });
    const body: unknown = await response.json().catch(() => ({}));
    if (!response.ok) throw new ProblemError({ ...(body as Partial<Problem>), status: response.status });
    return body as Answer;
  }
  async function orNull<Answer>(path: string): Promise<Answer | null> {
    return ask<Answer>(path).catch((thrown: unknown) => {
      if (thrown instanceof ProblemError && thrown.status === 404) return null;
      throw thrown;
    });
  }
  return {
    status: () => ask('status'),
    exporters: () => ask('exporters'),
    async map(expanded, lines, chosen) {
      const path = `map?expand=${expanded.map(encodeURIComponent).join(',')}`;
      if (lines === 'proposed') return ask(path);
      const policy = chosenOf((await orNull<PoliciesAnswer>('policies')) ?? [], chosen);
      const about = policy === undefined ? '' : `&policy=${encodeURIComponent(policy.id)}`;
      return ask(`${path}&compliance=${lines}${about}`);
    },
    groups: () => orNull('groups'),
    decisions: () => ask('groups/decisions'),
    decide: (body) => ask('groups/decisions', 'POST', body),
    undo: (decision, by, reason) =>
      ask(
        `groups/decisions/${encodeURIComponent(decision)}?${new URLSearchParams({ by, reason }).toString()}`,
        'DELETE',
      ),
    runs: () => ask('groups/runs'),
    diff: (from, to) => ask(`groups/diff?${new URLSearchParams({ from, to }).toString()}`),
    recommendation: () => orNull('recommendations/latest'),
    replay: () => orNull('recommendations/latest/replay'),
    proof: () => orNull('recommendations/latest/proof'),
    curve: () => orNull('recommendations/latest/curve'),
    weigh: (what) => ask(`recommendations/latest/${what}`, 'POST', {}),
    consolidate: (rules) => ask('recommendations/latest/consolidation', 'POST', { rules }),
    reach: () => orNull('recommendations/latest/reach'),
    drift: (policy) => orNull(`policies/${encodeURIComponent(policy)}/drift`),
    dismissDrift: (policy, body) => ask(`policies/${encodeURIComponent(policy)}/drift/dismissals`, 'POST', body),
    acceptDrift: (policy, body) => ask(`policies/${encodeURIComponent(policy)}/drift/revisions`, 'POST', body),
    threats: async () => (await orNull<ThreatsAnswer>('threats')) ?? [],
    sayOfThreat: (threat, body) => ask(`threats/${encodeURIComponent(threat)}/states`, 'POST', body),
    quarantine: (policy, body) => ask(`policies/${encodeURIComponent(policy)}/quarantine`, 'POST', body),
    liftQuarantine: (policy, name, by, reason) =>
      ask(
        `policies/${encodeURIComponent(policy)}/quarantine/${encodeURIComponent(name)}?${new URLSearchParams({ by, reason }).toString()}`,
        'DELETE',
      ),
    decideRules: (body) => ask('rule-decisions', 'POST', body),
    policies: async () => (await orNull<PoliciesAnswer>('policies')) ?? [],
    async policy(id) {
      const path = `policies/${encodeURIComponent(id)}`;
      const [summary, revision] = await Promise.all([
        ask<PolicySummary>(path),
        ask<RevisionAnswer>(`${path}/revisions/latest`),
      ]);
      return { ...summary, revision };
    },
    policyHistory: (id) => ask(`policies/${encodeURIComponent(id)}/history`),
    policyDiff: (id, from, to) => ask(`policies/${encodeURIComponent(id)}/diff?from=${from}&to=${to}`),
    takeOver: (body) => ask('policies', 'POST', body),
    act: (policy, body) => ask(`policies/${encodeURIComponent(policy)}/actions`, 'POST', body),
    rollBack: (policy, body) => ask(`policies/${encodeURIComponent(policy)}/rollback`, 'POST', body),
  };
}
