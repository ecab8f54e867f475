import type { InventorySource, Snapshot, SourceDocument, SourceOptions } from '../../source';
import { snapshotOf, type ClaimDraft } from '../claim-drafts';
import { holdsRecord, recordsIn, shapedRecords, type KindOf } from '../json-records';
import { wellKnownLabels } from '../well-known-labels';
import { isPoweredOff, machineAddresses } from './machine-addresses';
import { machineTags, type VsphereTag } from './machine-labels';
import { vsphereMachine, vsphereTagAssignment, type VsphereMachine } from './shape';

type Kind = 'machine' | 'tag-assignment';
/** What the list of one tool or another has beside name and power state. */
const TELLING = [
  'vm',
  'guest',
  'ipaddress',
  'persistentid',
  'identity',
  'moid',
  'interfaces',
  'instanceuuid',
  'vmnetwork',
];

const kindOf: KindOf<Kind> = (keys) => {
  if (keys.has('tag') && keys.has('entity')) return 'tag-assignment';
  if (keys.has('config') && keys.has('guest') && (keys.has('runtime') || keys.has('summary'))) return 'machine';
  // Azure's machines have a name, a power state and an identity too.
  if (keys.has('networkprofile') || !(keys.has('powerstate') && (keys.has('name') || keys.has('guestname'))))
    return undefined;
  return TELLING.some((key) => keys.has(key)) ? 'machine' : undefined;
};

/** Virtual machines of vCenter, with the addresses their guest tools report. */
export const vsphere: InventorySource = {
  kind: 'vsphere',
  description:
    "vSphere: govc vm.info -json '*', PowerCLI's Get-VM | ConvertTo-Json -Depth 4 with Get-TagAssignment, or vCenter's REST API",
  recognise: (document) => holdsRecord(document, kindOf),
  read,
};

function read(documents: readonly SourceDocument[], options: SourceOptions): Snapshot {
  const { records, rejects, complete } = recordsIn(documents, kindOf);
  const assigned = new Map<string, VsphereTag[]>();
  for (const { value } of shapedRecords(records, 'tag-assignment', vsphereTagAssignment, rejects)) {
    const { tag, entity } = value;
    const machine = entity.id ?? entity.name ?? '';
    assigned.set(machine, [...(assigned.get(machine) ?? []), tag]);
  }
  const machines = shapedRecords(records, 'machine', vsphereMachine, rejects);
  const drafts = machines.flatMap(({ where, value }) => {
    const draft = draftOf(value, where, assigned, options);
    if (draft === undefined)
      rejects.push({ where, message: 'the machine has neither a name nor anything that identifies it' });
    return draft === undefined || (isTemplate(value) && draft.addresses.length === 0) ? [] : [draft];
  });
  return snapshotOf('vsphere', { drafts, rejects, complete });
}

function draftOf(
  machine: VsphereMachine,
  where: string,
  assigned: ReadonlyMap<string, readonly VsphereTag[]>,
  options: SourceOptions,
): ClaimDraft | undefined {
  const { config, id } = machine;
  const reference = machine.vm ?? machine.moid ?? machine.self?.value ?? id?.replace(/^VirtualMachine-/, '');
  const name = machine.name ?? machine.guestName ?? reference;
  const uuid = machine.instanceUuid ?? machine.persistentId ?? machine.identity?.instanceUuid ?? config?.instanceUuid;
  const key = uuid ?? reference ?? name;
  if (key === undefined) return undefined;
  const tags = [`VirtualMachine-${reference ?? ''}`, name].flatMap((each) => assigned.get(each ?? '') ?? []);
  const since = machine.createDate ?? config?.createDate;
  const addresses = isPoweredOff(machine) ? [] : machineAddresses(machine);
  return {
    where,
    key,
    name: name ?? key,
    type: 'host',
    // A machine cannot have had an address before it was made.
    addresses: addresses.map((address) => ({
      address,
      scope: options.scope ?? '',
      ...(since !== undefined && { since }),
    })),
    labels: wellKnownLabels(machineTags(machine, tags), options.labels),
  };
}

function isTemplate({ template, config }: VsphereMachine): boolean {
  return template ?? config?.template ?? false;
}
