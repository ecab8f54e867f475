import { compareText } from '../../ingest/kernel/text';
import type { Topology } from '../model/topology';
import { dutiesOfGroup, dutiesOfWorkload, type Duty } from './duties';

/** Whose loss would hurt most, and why it is held to be one of these. */
export interface CrownJewel {
  readonly workload: string;
  /** "marked by ann: payroll"; "suggested: it is a database (postgres of shop)". */
  readonly reason: string;
  readonly marked: boolean;
}

/** By workload id. */
export type CrownJewels = ReadonlyMap<string, CrownJewel>;

/** What a person said of a workload or of a group, by id. The latest counts. */
export interface JewelMark {
  readonly subject: string;
  readonly jewel: boolean;
  readonly by: string;
  readonly reason: string;
  /** Epoch seconds. */
  readonly at: number;
}

/** What holds the data, the accounts, and the copies of both. */
const SUGGESTED: readonly (readonly [Duty, string])[] = [
  ['directory', 'a directory'],
  ['database', 'a database'],
  ['backup', 'a backup'],
];

/** The label by which an inventory marks them: `crown-jewel=yes`. */
const LABEL = 'crown-jewel';
const NO = /^(?:no|false|0)?$/i;

/**
 * Marked by people and the inventory, and suggested by role where nobody said otherwise.
 *
 * @param serving duties by address that follow from what it was seen serving
 */
export function crownJewels(
  topology: Pick<Topology, 'workloads' | 'groups'>,
  marks: readonly JewelMark[] = [],
  serving: ReadonlyMap<string, Duty> = new Map(),
): CrownJewels {
  const latest = new Map([...marks].sort((a, b) => a.at - b.at).map((mark) => [mark.subject, mark]));
  const found = new Map<string, CrownJewel>();
  const decide = (workload: string, reason: string, marked: boolean) => {
    if (!found.has(workload)) found.set(workload, { workload, reason, marked });
  };
  const refused = new Set<string>();
  const groupsOf = new Map<string, Topology['groups'][number][]>();
  for (const group of topology.groups) {
    for (const { workload } of group.members) groupsOf.set(workload, [...(groupsOf.get(workload) ?? []), group]);
  }
  const managed = topology.workloads.filter(({ kind }) => kind === 'managed');
  for (const workload of managed) {
    const { id, labels } = workload;
    const groups = groupsOf.get(id) ?? [];
    const said = latest.get(id) ?? groups.map((group) => latest.get(group.id)).find((mark) => mark !== undefined);
    if (said) {
      if (said.jewel) decide(id, `marked by ${said.by}${said.reason === '' ? '' : `: ${said.reason}`}`, true);
      else refused.add(id);
      continue;
    }
    const label = labels[LABEL];
    if (label !== undefined) {
      if (NO.test(label)) refused.add(id);
      else decide(id, `the inventory labels it ${LABEL}=${label}`, true);
    }
    if (refused.has(id)) continue;
    for (const [duty, words] of SUGGESTED) {
      const group = groups.find((each) => dutiesOfGroup(each).includes(duty));
      if (group) decide(id, `suggested: it is ${words} (${group.name})`, false);
      else if (dutiesOfWorkload(workload).includes(duty)) decide(id, `suggested: its role is ${words}`, false);
      else if (workload.addresses.some((address) => serving.get(address) === duty))
        decide(id, `suggested: it serves as ${words} does`, false);
    }
  }
  return new Map([...found].sort(([a], [b]) => compareText(a, b)));
}
