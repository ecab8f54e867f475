import type { Group, Reason } from '../../model/topology';
import type { Workload } from '../../model/workload';
import type { Evidence } from '../evidence';
import { doingsOf } from '../roles/profile';
import type { Structure } from '../structure';
import { proposeApplications } from './propose-applications';
import { proposeTiers } from './propose-tiers';
import type { ProposedGroup } from './proposed-group';

/** Everything found as groups: in words, without identities. */
export function proposeGroups(evidence: Evidence, structure: Structure): ProposedGroup[] {
  const { scanners, shared, outsiders, uses } = structure;
  const at = (workload: number): Workload => {
    const found = evidence.workloads[workload];
    if (!found) throw new RangeError(`no workload ${workload}`);
    return found;
  };
  const plain = (
    kind: Group['kind'],
    name: string,
    workloads: readonly number[],
    reasons: readonly Reason[],
    confidences: readonly number[] = [],
  ): ProposedGroup => ({
    kind,
    parent: null,
    members: workloads
      .map((workload, n) => ({ workload, confidence: confidences[n] ?? 1 }))
      .sort((a, b) => a.workload - b.workload)
      .map(({ workload, confidence }) => ({ workload: at(workload).id, confidence })),
    reasons,
    elsewhere: [],
    environment: null,
    role: null,
    labelled: false,
    name: () => name,
  });
  const doings = doingsOf(uses);
  const applications = proposeApplications(evidence, structure, doings, at);
  return [
    ...applications,
    ...proposeTiers(evidence, structure, doings, applications, at),
    ...shared.map(({ name, workloads, reasons, confidences }) =>
      plain('shared-service', name, workloads, reasons, confidences),
    ),
    ...scanners.map(({ workload, reasons, confidence }) =>
      plain('scanner', `scanner ${at(workload).name}`, [workload], reasons, [confidence]),
    ),
    // What is not managed is called what it is, whatever it was before: hosts once they serve, users once they log on.
    ...outsiders.map(({ kind, name, workloads, reason }) => ({
      ...plain(kind, name, workloads, [{ text: reason, weight: 1 }]),
      labelled: true,
    })),
  ];
}
