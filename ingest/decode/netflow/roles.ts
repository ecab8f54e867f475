import { elementOf, type Quantity } from '../ipfix/elements';
import type { TemplateDefinition } from '../template/definition';

/** What a field is to an options record. */
export type Role =
  | 'interface'
  | 'interface-name'
  | 'interface-description'
  | 'vrf'
  | 'vrf-name'
  | 'application'
  | 'application-name'
  | 'application-description'
  | 'sampler'
  | 'sampler-name'
  | 'template'
  | 'part'
  | (typeof QUANTITIES)[number];

const QUANTITIES = [
  'sampling_interval',
  'sampling_space',
  'sampling_size',
  'sampling_population',
  'sampling_probability',
  'boot_time',
  'biflow_direction',
] as const satisfies readonly Quantity[];

/** IANA elements; NetFlow v9 has the same numbers. */
const ROLES: ReadonlyMap<number, Role> = new Map([
  [10, 'interface'],
  [14, 'interface'],
  [252, 'interface'],
  [253, 'interface'],
  [82, 'interface-name'],
  [83, 'interface-description'],
  [234, 'vrf'],
  [235, 'vrf'],
  [236, 'vrf-name'],
  [95, 'application'],
  [96, 'application-name'],
  [94, 'application-description'],
  [48, 'sampler'],
  [302, 'sampler'],
  [84, 'sampler-name'],
  [335, 'sampler-name'],
]);
const SCOPES: ReadonlyMap<number, Role> = new Map([
  [145, 'template'],
  [141, 'part'],
]);
/** NetFlow v9 scope types are numbers of their own (RFC 3954 section 6.1); 1 is the system. */
const NETFLOW9_SCOPES: ReadonlyMap<number, Role> = new Map([
  [2, 'interface'],
  [3, 'part'],
  [4, 'part'],
  [5, 'template'],
]);

/** Field by field, what is of use in records of this options template; undefined when nothing is. */
export function rolesOf({
  format,
  fields,
  scopeFields = 0,
}: TemplateDefinition): readonly (Role | undefined)[] | undefined {
  const roles = fields.map(({ enterprise, id }, index): Role | undefined => {
    const scope = index < scopeFields;
    if (scope && format === 'netflow9') return NETFLOW9_SCOPES.get(id);
    const role = enterprise === 0 ? (ROLES.get(id) ?? (scope ? SCOPES.get(id) : undefined)) : undefined;
    return role ?? QUANTITIES.find((quantity) => quantity === elementOf(enterprise, id)?.fills);
  });
  return roles.some((role) => role !== undefined) ? roles : undefined;
}
