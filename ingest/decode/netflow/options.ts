import type { ExporterName } from '../exporter';
import { uint } from '../wire';
import { walkRecords } from './records';
import type { Role } from './roles';
import type { SamplingScope } from './sampling';
import type { Template } from './template';
import { applicationId, textOf } from './texts';

/** What an options record says. */
export interface OptionsRecord {
  readonly sampling: { readonly scope: SamplingScope; readonly id: number; readonly rate: number } | undefined;
  /** systemInitTimeMilliseconds. */
  readonly bootMillis: number | undefined;
  /** RFC 5103 section 6.3, for all biflows of the domain. */
  readonly biflowDirection: number | undefined;
  readonly names: readonly Pick<ExporterName, 'kind' | 'id' | 'name'>[];
}

interface Found {
  readonly numbers: Map<Role, number>;
  readonly texts: Map<Role, string>;
}

/**
 * Reads options data.
 *
 * @returns where the last whole record ended, and how many there were
 */
export function readOptions(
  bytes: Uint8Array,
  from: number,
  end: number,
  { definition, roles }: Template,
  onRecord: (record: OptionsRecord) => void,
): { readonly at: number; readonly count: number } {
  if (!roles) return walkRecords(bytes, from, end, definition.fields, undefined);
  const found: Found = { numbers: new Map(), texts: new Map() };
  return walkRecords(bytes, from, end, definition.fields, {
    field: (index, at, size) => {
      const role = roles[index];
      if (role !== undefined && size > 0) take(found, role, bytes.subarray(at, at + size));
    },
    record: () => {
      onRecord(recordOf(found));
      found.numbers.clear();
      found.texts.clear();
    },
  });
}

/** The first that says something counts. */
function take({ numbers, texts }: Found, role: Role, field: Uint8Array): void {
  if (role === 'application' || TEXTS.has(role)) {
    const text = role === 'application' ? applicationId(field) : textOf(field);
    if (text !== '' && !texts.has(role)) texts.set(role, text);
  } else if (field.length <= 8 && !numbers.has(role)) {
    const value = role === 'sampling_probability' ? float(field) : uint(field, 0, field.length);
    if (value > 0) numbers.set(role, value);
  }
}

const TEXTS: ReadonlySet<Role> = new Set<Role>([
  'interface-name',
  'interface-description',
  'vrf-name',
  'application-name',
  'application-description',
  'sampler-name',
]);

function recordOf({ numbers, texts }: Found): OptionsRecord {
  const rate = samplingRate(numbers);
  return {
    sampling: rate === undefined ? undefined : { ...scopeOf(numbers), rate },
    bootMillis: numbers.get('boot_time'),
    biflowDirection: numbers.get('biflow_direction'),
    names: texts.size === 0 ? NO_NAMES : namesIn(numbers, texts),
  };
}

const NO_NAMES: OptionsRecord['names'] = [];

function namesIn(numbers: ReadonlyMap<Role, number>, texts: ReadonlyMap<Role, string>): OptionsRecord['names'] {
  const names: OptionsRecord['names'][number][] = [];
  const add = (kind: ExporterName['kind'], id: number | string | undefined, name: string | undefined): void => {
    if (id !== undefined && name !== undefined) names.push({ kind, id: `${id}`, name });
  };
  const vrf = numbers.get('vrf');
  add('interface', numbers.get('interface'), texts.get('interface-name') ?? texts.get('interface-description'));
  add('vrf', vrf === undefined ? undefined : `vrf:${vrf}`, texts.get('vrf-name'));
  add('application', texts.get('application'), texts.get('application-name') ?? texts.get('application-description'));
  add('sampler', numbers.get('sampler'), texts.get('sampler-name'));
  return names;
}

function scopeOf(numbers: ReadonlyMap<Role, number>): { scope: SamplingScope; id: number } {
  for (const scope of SCOPES) {
    const id = numbers.get(scope);
    if (id !== undefined) return { scope, id: id % 2 ** 32 };
  }
  const part = numbers.get('part');
  return part === undefined ? { scope: 'domain', id: 0 } : { scope: 'other', id: part };
}

const SCOPES = ['sampler', 'interface', 'template'] as const;

/** RFC 5477 section 8.2: count-based, random n out of N, and probabilistic sampling; before it, plain intervals. */
function samplingRate(found: ReadonlyMap<Role, number>): number | undefined {
  const size = found.get('sampling_size');
  const population = found.get('sampling_population');
  const interval = found.get('sampling_interval');
  const space = found.get('sampling_space');
  const probability = found.get('sampling_probability');
  let rate: number | undefined;
  if (size !== undefined && population !== undefined) rate = population / size;
  else if (interval !== undefined) rate = space === undefined ? interval : (interval + space) / interval;
  else if (probability !== undefined) rate = 1 / probability;
  return rate === undefined || !(rate >= 1 && rate <= 0xffff_ffff) ? undefined : Math.round(rate);
}

function float(field: Uint8Array): number {
  const view = new DataView(field.buffer, field.byteOffset, field.length);
  if (field.length === 4) return view.getFloat32(0);
  return field.length === 8 ? view.getFloat64(0) : 0;
}
