import { WayleaveError } from '../../ingest/kernel/errors';
import { createFilter } from '../model/decide';
import { getsThrough, type Verdict } from '../model/packet-filter';
import type { Policy } from '../model/policy';
import { inRanges, rangesOf } from '../model/service-range';
import type { Backend, ExportFile, Loss } from './backend';
import { compare, describePacket, type Difference, type Effort } from './compare';

/** The files, read back by the backend's own importer, let through what the policy does, save what `losses` says. */
export interface Export {
  readonly backend: string;
  readonly files: readonly ExportFile[];
  readonly losses: readonly Loss[];
  readonly proof: Effort & {
    /** Compared packets that the policy allows and the export, as its losses say, denies. */
    readonly lost: number;
  };
}

/**
 * Renders a policy and proves the result: `render → import → compare`. A loss may only ever deny what the policy allows.
 *
 * @throws WayleaveError `export-differs` with a counter-example packet, `not-expressible`
 */
export function exportPolicy(policy: Policy, backend: Backend): Export {
  const { files, losses } = backend.render(policy);
  const effort: Effort = { addressClasses: 0, packets: 0 };
  let lost = 0;
  for (const difference of compare(createFilter(policy), backend.import(files), effort)) {
    if (!excused(difference, losses)) throw differs(policy, backend, difference);
    lost++;
  }
  return { backend: backend.name, files, losses, proof: { ...effort, lost } };
}

function excused({ packet, policy, enforced }: Difference, losses: readonly Loss[]): boolean {
  if (!getsThrough(policy) || getsThrough(enforced)) return false;
  return losses.some(
    ({ rule, service }) =>
      rule === policy.rule && service !== null && inRanges(rangesOf(service), packet.protocol, packet.port),
  );
}

function differs(
  policy: Policy,
  backend: Backend,
  { packet, policy: wanted, enforced, point }: Difference,
): WayleaveError {
  const text = describePacket(packet);
  return new WayleaveError(
    `the ${backend.title} export of "${policy.name}" does not mean the policy: ${text} is ${said(wanted)} by the policy and ${said(enforced)} ${point === null ? 'as nothing sees it' : `by the ${point}`}`,
    { code: 'export-differs', where: { policy: policy.id, backend: backend.name, packet: text } },
  );
}

function said({ action, rule }: Verdict): string {
  const word = { allow: 'allowed', deny: 'denied', pass: 'let pass' }[action];
  return rule === null ? `${word} (no rule)` : `${word} (rule ${rule})`;
}
