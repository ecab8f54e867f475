import { Gauge, type Registry } from 'prom-client';
import { wholeWindow } from '../analytics/conversations';
import type { Inventory } from '../analytics/inventory';
import type { Window } from '../analytics/model/topology';
import { WayleaveError } from '../ingest/kernel/errors';
import type { Clock } from '../ingest/kernel/time';
import type { Store } from '../ingest/store';
import {
  listCompliance,
  mapCompliance,
  type ComplianceMap,
  type CompliancePage,
  type PageQuery,
} from '../recommender/compliance';
import {
  acceptDelta,
  createDrift,
  FINDING_KINDS,
  type DriftReport,
  type DriftSubject,
  type Finding,
} from '../recommender/drift';
import type { Actor } from '../recommender/lifecycle';
import type { Policy } from '../recommender/model/policy';
import { groundOf, type Ground } from '../recommender/replay';
import type { Analysis } from './analysis';
import type { Config } from './config/config';
import type { PolicyService, Proposal } from './policies';

export interface WatchDeps {
  readonly store: Store;
  readonly analysis: Pick<Analysis, 'policy' | 'topology'>;
  readonly policies: PolicyService;
  readonly inventory: Pick<Inventory, 'directory'>;
  readonly config: Pick<Config, 'estate'>;
  readonly clock: Clock;
  readonly registry: Registry;
}

/** Against what compliance is asked for. */
export interface ComplianceOptions {
  /** The newest revision as if all of it were enforced, instead of what is in force. */
  readonly draft?: boolean | undefined;
  /** The last day there are conversations of, where it is left open. */
  readonly window?: Partial<Window> | undefined;
}

/**
 * Holds policies against the traffic that came after them. An id is that of a stored policy, of which the revision in
 * force is meant and the newest while none is, or of a recommendation; the latest recommendation where there is none.
 */
export interface Watch {
  /** @throws WayleaveError `no-recommendation`, `no-topology`, `ambiguous-policy` */
  evaluate(id?: string, progress?: (done: number, total: number) => void): Promise<DriftReport>;
  /** Every stored policy that is staged or enforced; the latest recommendation while there are none. */
  evaluateAll(): Promise<void>;
  /** What the last evaluation said. @throws WayleaveError `not-found` when there was none */
  report(id?: string): Promise<DriftReport>;
  /** @throws WayleaveError `unknown-finding`, `bad-dismissal` */
  dismiss(id: string | undefined, finding: string, dismisser: { by: string; reason: string }): Promise<Finding>;
  /**
   * What drift proposes, as the next revision of a stored policy.
   *
   * @param rules ids of the proposed rules; all where they are left out
   * @throws WayleaveError `nothing-proposed`, and as `PolicyService.propose`
   */
  accept(id: string, actor: Actor, rules?: readonly string[]): Promise<Proposal>;
  /** Everything is unknown while there is no policy. @throws WayleaveError `no-conversations` */
  compliance(id?: string, options?: ComplianceOptions): Promise<ComplianceMap>;
  /** @throws WayleaveError `no-conversations`, `no-recommendation`, `bad-page` */
  conversations(id: string | undefined, query: PageQuery, options?: ComplianceOptions): Promise<CompliancePage>;
}

const DAY = 86_400;
/** Looked at after each roll-up. */
const MOST_WATCHED = 100;

export function createWatch(deps: WatchDeps): Watch {
  const { store, analysis, policies, inventory, config, clock, registry } = deps;
  const drift = createDrift({ store, inventory, clock, networks: config.estate.networks });
  const metrics = driftMetrics(registry);
  let last: Promise<unknown> = Promise.resolve();
  /** One at a time: two would compare the same hours twice. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.catch(() => undefined).then(work);
    last = next;
    return next;
  };

  const stored = async (id: string) => {
    try {
      return await policies.find(id);
    } catch (error) {
      if (error instanceof WayleaveError && error.code === 'unknown-policy') return undefined;
      throw error;
    }
  };
  const subjectOf = async (id?: string): Promise<DriftSubject> => {
    const found = id === undefined ? undefined : await stored(id);
    if (!found) return { policy: await analysis.policy(id), enforced: false };
    const { head, active, units } = found.state;
    const { body } = await policies.revision(found.id, active ?? head);
    return { policy: body, enforced: [...units.values()].some(({ stage }) => stage === 'enforced') };
  };
  const judgedBy = async (id: string | undefined, draft: boolean): Promise<Policy> => {
    const found = id === undefined ? undefined : await stored(id);
    if (!found) return analysis.policy(id);
    if (draft || found.state.active === null) return (await policies.revision(found.id)).body;
    return (await policies.enforced(found.id)).policy;
  };
  /** The revision in force as if all of it were enforced; undefined where it is, or none is in force. */
  const wholeOf = async (id: string | undefined): Promise<Policy | undefined> => {
    const found = id === undefined ? undefined : await stored(id);
    if (!found || found.state.active === null) return undefined;
    if ([...found.state.units.values()].every(({ stage }) => stage === 'enforced')) return undefined;
    return (await policies.revision(found.id, found.state.active)).body;
  };
  const evaluate = async (subject: DriftSubject, progress?: (done: number, total: number) => void) => {
    const began = performance.now();
    const report = await drift.evaluate(subject, await analysis.topology(), progress);
    metrics.evaluated(report, (performance.now() - began) / 1000, clock());
    return report;
  };
  const lookedAt = async (wanted: Partial<Window> = {}): Promise<{ window: Window; ground: Ground }> => {
    const whole = await wholeWindow(store);
    const to = Math.min(wanted.to ?? Infinity, whole?.to ?? 0);
    const window = { from: Math.max(wanted.from ?? to - DAY, whole?.from ?? 0), to };
    if (window.from >= window.to) {
      throw new WayleaveError('there are no conversations in the window asked for', { code: 'no-conversations' });
    }
    const directory = await inventory.directory(window);
    return { window, ground: groundOf(directory.workloads(), config.estate.networks) };
  };

  return {
    evaluate: (id, progress) => inTurn(async () => evaluate(await subjectOf(id), progress)),
    evaluateAll: () =>
      inTurn(async () => {
        const watched = (await policies.list()).filter(({ state }) => state.active !== null).slice(0, MOST_WATCHED);
        const subjects = await Promise.all(watched.map(({ id }) => subjectOf(id)));
        const [latest] = subjects.length > 0 ? [] : await unlessNone(() => subjectOf());
        metrics.forget();
        for (const subject of latest ? [latest] : subjects) await evaluate(subject);
      }),
    async report(id) {
      const { policy } = await subjectOf(id);
      const report = await drift.report(policy.id);
      if (report) return report;
      throw new WayleaveError(`${policy.name} (${policy.id}) has not been compared with traffic yet`, {
        code: 'not-found',
        where: { policy: policy.id },
      });
    },
    dismiss: async (id, finding, dismisser) => drift.dismiss((await subjectOf(id)).policy.id, finding, dismisser),
    async accept(id, actor, rules) {
      const { policy } = await subjectOf(id);
      const report = await drift.report(policy.id);
      const proposed = report?.delta.sections.flatMap((section) => section.rules.map((rule) => rule.id)) ?? [];
      const missing = (rules ?? []).find((rule) => !proposed.includes(rule));
      if (!report || proposed.length === 0 || missing !== undefined) {
        throw new WayleaveError(
          missing === undefined
            ? `the last evaluation of ${policy.name} proposes no rule`
            : `the last evaluation of ${policy.name} proposes no rule ${missing}`,
          { code: 'nothing-proposed', where: { policy: policy.id } },
        );
      }
      const { body } = await policies.revision(id);
      return policies.propose(id, { kind: 'body', body: acceptDelta(body, report.delta, rules) }, actor);
    },
    async compliance(id, { draft = false, window } = {}) {
      const looked = await lookedAt(window);
      const [policy] = id === undefined ? await unlessNone(() => judgedBy(id, draft)) : [await judgedBy(id, draft)];
      return mapCompliance(store, policy, { ...looked, onceEnforced: draft ? undefined : await wholeOf(id) });
    },
    async conversations(id, query, { draft = false, window } = {}) {
      const policy = await judgedBy(id, draft);
      return listCompliance(store, policy, await lookedAt(window), query);
    },
  };
}

/** What is found, unless nothing has been recommended yet. */
async function unlessNone<T>(find: () => Promise<T>): Promise<T[]> {
  try {
    return [await find()];
  } catch (error) {
    if (error instanceof WayleaveError && error.code === 'no-recommendation') return [];
    throw error;
  }
}

function driftMetrics(registry: Registry) {
  const registers = [registry];
  const findings = new Gauge({
    name: 'wayleave_drift_findings',
    help: 'Findings of the last evaluation of every watched policy that nobody dismissed',
    labelNames: ['kind'],
    registers,
  });
  const when = new Gauge({
    name: 'wayleave_drift_last_evaluation_seconds',
    help: 'When a policy was last compared with traffic, in epoch seconds',
    registers,
  });
  const took = new Gauge({
    name: 'wayleave_drift_evaluation_seconds',
    help: 'How long the last comparison took',
    registers,
  });
  const forget = (): void => {
    for (const kind of FINDING_KINDS) findings.set({ kind }, 0);
  };
  forget();
  return {
    forget,
    evaluated(report: DriftReport, seconds: number, at: Date): void {
      for (const { kind, dismissed } of report.findings) if (!dismissed) findings.inc({ kind });
      when.set(at.getTime() / 1000);
      took.set(seconds);
    },
  };
}
