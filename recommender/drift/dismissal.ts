import { SEVERITIES, type Dismissal, type Finding } from './model';

/** What a finding was like when it was dismissed. */
export interface DismissedAs extends Dismissal {
  readonly finding: string;
  readonly severity: Finding['severity'];
  readonly connections: number;
  readonly who: readonly string[];
  readonly whoCount: number;
  readonly proposed?: string;
}

/** From so many times as often on it is something else than what was looked at. */
const GROWN = 2;

/** Whether a finding is still what somebody let be: no worse, nobody new, nothing more proposed, and not twice as much. */
export function isAsDismissed(finding: Finding, before: DismissedAs): boolean {
  const known = new Set(before.who);
  return (
    SEVERITIES.indexOf(finding.severity) >= SEVERITIES.indexOf(before.severity) &&
    finding.proposed === before.proposed &&
    finding.whoCount <= before.whoCount &&
    (before.whoCount > before.who.length || finding.who.every((each) => known.has(each))) &&
    finding.connections <= GROWN * Math.max(1, before.connections)
  );
}

/** Findings with the dismissals that still hold; those that do come last. */
export function withDismissals(findings: readonly Finding[], dismissals: readonly DismissedAs[]): Finding[] {
  const latest = new Map(dismissals.map((each) => [each.finding, each]));
  const marked = findings.map((finding): Finding => {
    const before = latest.get(finding.id);
    if (!before || !isAsDismissed(finding, before)) return finding;
    return { ...finding, dismissed: { by: before.by, reason: before.reason, at: before.at } };
  });
  return [...marked.filter(({ dismissed }) => !dismissed), ...marked.filter(({ dismissed }) => dismissed)];
}
