import { get, isObject, textOf } from './path';

/** The record's place in NetBox, not what it is. */
const OWN = new Set(['id', 'url', 'display', 'display_url', 'family', 'created', 'last_updated', 'comments']);

/**
 * A record of NetBox's API, in the words of a register; undefined where it is none. Devices and virtual machines carry
 * their primary addresses and read as they are; addresses carry whose they are in `assigned_object`, an interface of a
 * device or machine; prefixes are named by their description or VLAN.
 */
export function netboxRecord(record: unknown): Record<string, unknown> | undefined {
  if (!isObject(record) || typeof record.id !== 'number' || typeof record.url !== 'string') return undefined;
  const { assigned_object: assigned, role, vrf, ...rest } = record;
  const labels = Object.fromEntries(Object.entries(rest).filter(([key]) => !OWN.has(key)));
  const scope = isObject(vrf) ? { vrf: textOf(get(vrf, 'name')) } : {};
  if (typeof record.address === 'string') {
    const owner = textOf(get(assigned, 'device')) || textOf(get(assigned, 'virtual_machine'));
    // VIP, VRRP, HSRP and the like: the address is not a machine's own.
    return { ...labels, ...scope, name: owner || textOf(record.dns_name), type: get(role, 'value') };
  }
  if (typeof record.prefix === 'string') {
    return { ...labels, ...scope, name: textOf(record.description) || textOf(record.vlan), role };
  }
  return { ...labels, role };
}
