import { WayleaveError } from '../../ingest/kernel/errors';
import { createFilter, rulesInOrder } from '../model/decide';
import { getsThrough, type Verdict } from '../model/packet-filter';
import type { Policy } from '../model/policy';
import { inRanges, rangesOf } from '../model/service-range';
import { groupsStaged, ifEnforced } from '../model/staging';
import type { Backend, EnforcementPoint, ExportFile, Loss } from './backend';
import { compare, describePacket, type Difference, type Effort } from './compare';

/** The files, read back by the backend's own importer, let through what the policy does, save what `losses` says. */
export interface Export {
  readonly backend: string;
  readonly files: readonly ExportFile[];
  readonly losses: readonly Loss[];
  readonly proof: Effort & {
    /** Compared packets that the policy allows and the export, as its losses say, denies. */
    readonly lost: number;
    /**
     * Compared packets for which it was proved that an alert is raised where and only where enforcing would deny; null
     * where there is nothing to alert of, or, as the losses then say, no way to.
     */
    readonly alerts: number | null;
  };
}

/**
 * Renders a policy and proves the result: `render → import → compare`. A loss may only ever deny what the policy allows.
 * Alerts are proved likewise, against the policy as it will be when they are enforced.
 *
 * @throws WayleaveError `export-differs` with a counter-example packet, `not-expressible`
 */
export function exportPolicy(policy: Policy, backend: Backend): Export {
  const { files, losses } = backend.render(policy);
  const points = backend.import(files);
  const effort: Effort = { addressClasses: 0, packets: 0 };
  const lost = prove(policy, points, { policy, backend, losses }, effort);
  const staged = hasAlerts(policy) ? stagedPoints(points) : undefined;
  if (hasAlerts(policy) && !staged) proveToldLost(policy, losses, backend);
  const alerts: Effort = { addressClasses: 0, packets: 0 };
  if (staged) prove(ifEnforced(policy), staged, { policy, backend, losses }, alerts);
  return {
    backend: backend.name,
    files,
    losses,
    proof: { ...effort, lost, alerts: staged ? alerts.packets : null },
  };
}

interface Subject {
  readonly policy: Policy;
  readonly backend: Backend;
  readonly losses: readonly Loss[];
}

/** @returns how many packets are lost as recorded */
function prove(meant: Policy, points: readonly EnforcementPoint[], subject: Subject, effort: Effort): number {
  let lost = 0;
  for (const difference of compare(createFilter(meant), points, effort)) {
    if (!excused(difference, subject.losses)) throw differs(subject, difference, meant !== subject.policy);
    lost++;
  }
  return lost;
}

function hasAlerts(policy: Policy): boolean {
  return groupsStaged(policy).length > 0 || rulesInOrder(policy).some(({ alertOnly }) => alertOnly !== undefined);
}

function stagedPoints(points: readonly EnforcementPoint[]): EnforcementPoint[] | undefined {
  const staged = points.flatMap((point) => (point.staged ? [{ ...point, filter: point.staged }] : []));
  return staged.length === points.length ? staged : undefined;
}

/** What cannot alert has to say so, of each rule and of the groups. */
function proveToldLost(policy: Policy, losses: readonly Loss[], backend: Backend): void {
  const told = new Set(losses.filter(({ service }) => service === null).map(({ rule }) => rule));
  const alerting: (string | null)[] = rulesInOrder(policy).flatMap(({ id, alertOnly }) => (alertOnly ? [id] : []));
  const silent = [...alerting, ...(groupsStaged(policy).length > 0 ? [null] : [])].find((rule) => !told.has(rule));
  if (silent === undefined) return;
  const what = silent === null ? 'groups that are to alert' : `rule ${silent}, which is to alert`;
  throw new WayleaveError(`the ${backend.title} export of "${policy.name}" loses ${what}, and does not say so`, {
    code: 'export-differs',
    where: { policy: policy.id, backend: backend.name, ...(silent === null ? {} : { rule: silent }) },
  });
}

function excused({ packet, policy, enforced }: Difference, losses: readonly Loss[]): boolean {
  if (!getsThrough(policy) || getsThrough(enforced)) return false;
  return losses.some(
    ({ rule, service }) =>
      rule === policy.rule && service !== null && inRanges(rangesOf(service), packet.protocol, packet.port),
  );
}

function differs(
  { policy, backend }: Subject,
  { packet, policy: wanted, enforced, point }: Difference,
  staged: boolean,
): WayleaveError {
  const text = describePacket(packet);
  const subject = staged ? 'would, once its alerts are enforced, not' : 'does not';
  return new WayleaveError(
    `the ${backend.title} export of "${policy.name}" ${subject} mean the policy: ${text} is ${said(wanted)} by the policy and ${said(enforced)} ${point === null ? 'as nothing sees it' : `by the ${point}`}`,
    { code: 'export-differs', where: { policy: policy.id, backend: backend.name, packet: text } },
  );
}

function said({ action, rule }: Verdict): string {
  const word = { allow: 'allowed', deny: 'denied', pass: 'let pass' }[action];
  return rule === null ? `${word} (no rule)` : `${word} (rule ${rule})`;
}
