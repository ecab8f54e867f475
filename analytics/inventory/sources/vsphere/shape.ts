import { z } from 'zod';
import { listOf, maybe, moment, shape, tags, text } from '../json-shape';

/** Anything that is not as expected says nothing: ConvertTo-Json writes what is too deep for it as a type's name. */
function ifAny<Schema extends z.ZodType>(schema: Schema) {
  return maybe(schema).catch(undefined);
}

/** One address, several, or several in one text. */
const addresses = z
  .unknown()
  .optional()
  .transform((value): string[] =>
    [value]
      .flat()
      .flatMap((each) => (typeof each === 'string' ? each.split(/[\s,;|]+/) : []))
      .filter((each) => each !== ''),
  );

const interfaceAddresses = listOf(shape({ ipAddress: addresses })).catch([]);

/** An interface as the guest's tools see it. */
const guestInterface = shape({
  ipAddress: addresses,
  ipConfig: ifAny(shape({ ipAddress: interfaceAddresses })),
  ip: ifAny(shape({ ipAddresses: interfaceAddresses })),
  // Which virtual device it is: bridges and tunnels inside the guest have none (-1 in the older API).
  deviceConfigId: ifAny(z.number()),
  nic: text.catch(undefined),
  device: z.unknown().optional(),
});
const guestInterfaces = listOf(guestInterface).catch([]);

/** A virtual machine as govc, PowerCLI, the REST API or Ansible write it. */
export const vsphereMachine = shape({
  name: text,
  guestName: text,
  // What identifies it, the surest first.
  instanceUuid: text,
  persistentId: text,
  identity: ifAny(shape({ instanceUuid: text })),
  config: ifAny(shape({ instanceUuid: text, template: ifAny(z.boolean()), createDate: moment.catch(undefined) })),
  vm: text,
  moid: text,
  self: ifAny(shape({ value: text })),
  id: text.catch(undefined),

  powerState: ifAny(z.union([z.string(), z.number()])),
  runtime: ifAny(shape({ powerState: text })),
  template: ifAny(z.boolean()),
  createDate: moment.catch(undefined),

  guest: ifAny(shape({ ipAddress: addresses, net: guestInterfaces, nics: guestInterfaces })),
  interfaces: guestInterfaces,
  vmNetwork: ifAny(z.record(z.string(), shape({ ipv4: addresses, ipv6: addresses }))),
  ipAddress: addresses,

  tags: z.unknown().optional(),
  customFields: tags,
  attributes: tags,
  customValue: listOf(shape({ key: ifAny(z.number()), value: text.catch(undefined) })).catch([]),
  availableField: listOf(shape({ key: ifAny(z.number()), name: text })).catch([]),
  datacenter: text.catch(undefined),
  cluster: text.catch(undefined),
});
export type VsphereMachine = z.output<typeof vsphereMachine>;

const tagName = z.union([z.string(), shape({ name: text }).transform(({ name }) => name ?? '')]).catch('');

/** What `Get-TagAssignment | ConvertTo-Json -Depth 3` writes. */
export const vsphereTagAssignment = shape({
  tag: shape({ name: z.string().min(1), category: tagName }),
  entity: shape({ id: text, name: text }),
});

/** A tag beside a machine: `Category/Name` as PowerCLI prints it, or an object. */
export const vsphereTag = z.union([
  z.string().transform((written) => {
    const slash = written.indexOf('/');
    return { category: written.slice(0, Math.max(slash, 0)), name: written.slice(slash + 1) };
  }),
  shape({ name: text, category: tagName, categoryName: text }).transform(({ name, category, categoryName }) => ({
    category: categoryName ?? category,
    name: name ?? '',
  })),
]);
