import { vsphereTag, type VsphereMachine } from './shape';

export interface VsphereTag {
  readonly category: string;
  readonly name: string;
}

/** Tags by category, and custom attributes. A category may have several tags on one machine; they are joined. */
export function machineTags(machine: VsphereMachine, assigned: readonly VsphereTag[]): Record<string, string> {
  const byCategory = new Map<string, Set<string>>();
  for (const { category, name } of [...tagsBeside(machine.tags), ...assigned]) {
    const key = category || 'tag';
    byCategory.set(key, (byCategory.get(key) ?? new Set()).add(name));
  }
  const fields = new Map(machine.availableField.map(({ key, name }) => [key, name]));
  const custom = machine.customValue.flatMap(({ key, value }): [string, string][] => {
    const name = fields.get(key);
    return name !== undefined && value !== undefined ? [[name, value]] : [];
  });
  return {
    ...Object.fromEntries(custom),
    ...machine.customFields,
    ...machine.attributes,
    ...Object.fromEntries([...byCategory].map(([category, names]) => [category, [...names].toSorted().join(',')])),
    datacenter: machine.datacenter ?? '',
    cluster: machine.cluster ?? '',
  };
}

/** A list of tags, one, several in one text, or names by category. */
function tagsBeside(written: unknown): VsphereTag[] {
  if (typeof written === 'object' && written !== null && !Array.isArray(written)) {
    return Object.entries(written).flatMap(([category, name]) =>
      typeof name === 'string' ? [{ category, name }] : [],
    );
  }
  const list = typeof written === 'string' ? written.split(/[,;]\s*/) : Array.isArray(written) ? written : [];
  return list.flatMap((each) => {
    const read = vsphereTag.safeParse(each);
    return read.success && read.data.name !== '' ? [read.data] : [];
  });
}
