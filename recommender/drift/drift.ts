import { findDependencies } from '../../analytics/dependencies';
import { findDynamicServices } from '../../analytics/dynamic';
import type { Inventory } from '../../analytics/inventory';
import type { Dependency } from '../../analytics/model/dependency';
import type { Topology, Window } from '../../analytics/model/topology';
import type { Workload } from '../../analytics/model/workload';
import { estateNetworks, findBroadcasts } from '../../analytics/noise';
import { WayleaveError } from '../../ingest/kernel/errors';
import { parsePrefix } from '../../ingest/kernel/ip';
import type { Clock } from '../../ingest/kernel/time';
import type { Store } from '../../ingest/store';
import { groundOf } from '../replay';
import { placesOf } from '../replay/places';
import { assess, type DeniedUse } from './assess';
import { digestOf } from './digest';
import { withDismissals, type DismissedAs } from './dismissal';
import { addDismissal, readDismissals } from './dismissals';
import { dueHours } from './due-hours';
import { evaluateHour } from './evaluate-hour';
import type { DriftReport, DriftSubject, Finding } from './model';
import type { JudgedConversation, Observed } from './observed';
import { readObserved } from './read-observed';
import { findReport, saveReport, type RawReport } from './reports';
import { adviseRerun } from './rerun';

export interface DriftDeps {
  readonly store: Store;
  readonly inventory: Pick<Inventory, 'directory'>;
  readonly clock: Clock;
  /** The estate, as the configuration has it. */
  readonly networks: readonly string[];
}

/** How many of how many hours are compared. */
type Progress = (done: number, total: number) => void;

/** Compares policies with what came after them. All it knows is in tables, so that it goes on where it was. */
export interface Drift {
  /**
   * Compares every hour that was rolled up since the last time, the newest first, and says what has changed. An hour that
   * was rolled up again is compared again. With nothing new it changes nothing.
   *
   * @param topology the groups of now
   * @throws WayleaveError `unknown-group`
   */
  evaluate(subject: DriftSubject, topology: Topology, progress?: Progress): Promise<DriftReport>;
  /** What the last evaluation said, with what was dismissed since. */
  report(policy: string): Promise<DriftReport | undefined>;
  /**
   * Lets a finding be until it changes materially.
   *
   * @throws WayleaveError `unknown-finding`, `bad-dismissal`
   */
  dismiss(policy: string, finding: string, dismisser: { by: string; reason: string }): Promise<Finding>;
}

/** At a time: the rest comes with the next evaluation. */
const MOST_HOURS = 1000;
const HOUR = 3600;

export function createDrift({ store, inventory, clock, networks }: DriftDeps): Drift {
  const evaluateDue = async ({ policy }: DriftSubject, progress: Progress): Promise<void> => {
    const due = await dueHours(store, policy, MOST_HOURS);
    const [newest] = due;
    if (!newest) return;
    const oldest = due.reduce((least, { hour }) => Math.min(least, hour), newest.hour);
    const window = { from: oldest, to: newest.hour + HOUR };
    const directory = await inventory.directory(window);
    const broadcasts = await findBroadcasts(store, window, estateNetworks(networks.map(parsePrefix)));
    const heard = broadcasts.findings.map(({ address }) => address);
    const places = placesOf(policy, groundOf(directory.workloads(), networks, heard));
    for (const [done, each] of due.entries()) {
      progress(done, due.length);
      await evaluateHour(store, { policy, places, due: each });
    }
  };

  const report = async (policy: string): Promise<DriftReport | undefined> => {
    const raw = await findReport(store, policy);
    return raw && conclude(raw, await readDismissals(store));
  };

  return {
    report,
    async evaluate(subject, topology, progress = () => undefined) {
      await evaluateDue(subject, progress);
      const observed = await readObserved(store, subject.policy.id);
      const { use, workloads } = await resolve(store, inventory, observed);
      const now = clock().toISOString();
      const found = assess({ ...subject, topology, workloads, observed, use, now });
      const before = await findReport(store, subject.policy.id);
      const raw = { ...found, findings: sinceFirst(found.findings, before?.findings ?? []) };
      await saveReport(store, raw, clock());
      return conclude(raw, await readDismissals(store));
    },
    async dismiss(policy, id, { by, reason }) {
      const finding = (await report(policy))?.findings.find((each) => each.id === id);
      if (!finding) {
        throw new WayleaveError(`the last evaluation of ${policy} has no finding ${id}`, {
          code: 'unknown-finding',
          where: { policy, finding: id },
        });
      }
      const dismissal = await addDismissal(store, finding, { by, reason, at: clock() });
      return { ...finding, dismissed: dismissal };
    },
  };
}

/** What was denied, between workloads, by what became of it. */
async function resolve(
  store: Store,
  inventory: Pick<Inventory, 'directory'>,
  { denied, window }: Observed,
): Promise<{ use: DeniedUse; workloads: readonly Workload[] }> {
  if (!window || denied.length === 0) return { use: { answered: [], attempts: [], blocked: [] }, workloads: [] };
  const directory = await inventory.directory(window);
  const isAnswered = ({ verdict, established }: JudgedConversation) => verdict === 'deny' && established > 0;
  const answered = denied.filter(isAnswered);
  const dynamic = answered.some(mayWander) ? await findDynamicServices(store, lastDay(window)) : [];
  const between = (chosen: readonly JudgedConversation[]): Dependency[] => findDependencies(chosen, directory, dynamic);
  const use = {
    answered: between(answered),
    attempts: between(denied.filter((each) => each.verdict === 'deny' && !isAnswered(each))),
    blocked: between(denied.filter(({ verdict }) => verdict === 'allow')),
  };
  return { use, workloads: directory.workloads() };
}

/** Where client ports are drawn from on most systems, servers that hand out ports draw theirs too. */
const FIRST_EPHEMERAL = 32_768;

function mayWander({ port }: JudgedConversation): boolean {
  return port >= FIRST_EPHEMERAL;
}

function lastDay({ from, to }: Window): Window {
  return { from: Math.max(from, to - 24 * HOUR), to };
}

/** What was found before is as old as it was then. */
function sinceFirst(findings: readonly Finding[], before: readonly Finding[]): Finding[] {
  const first = new Map(before.map(({ id, firstSeen }) => [id, firstSeen]));
  return findings.map((finding) => ({
    ...finding,
    firstSeen: Math.min(finding.firstSeen, first.get(finding.id) ?? finding.firstSeen),
  }));
}

function conclude(report: RawReport, dismissals: readonly DismissedAs[]): DriftReport {
  const findings = withDismissals(report.findings, dismissals);
  return { ...report, findings, digest: digestOf(findings), rerun: adviseRerun(findings) };
}
