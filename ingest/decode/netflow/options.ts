import { elementOf, type Quantity } from '../ipfix/elements';
import { VARIABLE, type TemplateDefinition } from '../template/definition';
import { uint, uint16 } from '../wire';

/** What an options record says that changes how flows are read. */
export interface OptionsRecord {
  readonly sampler: number | undefined;
  /** One packet in how many. */
  readonly samplingRate: number | undefined;
  /** systemInitTimeMilliseconds. */
  readonly bootMillis: number | undefined;
  /** RFC 5103 section 6.3, for all biflows of the domain. */
  readonly biflowDirection: number | undefined;
}

const WANTED: ReadonlySet<Quantity> = new Set<Quantity>([
  'sampler',
  'sampling_interval',
  'sampling_space',
  'sampling_size',
  'sampling_population',
  'sampling_probability',
  'boot_time',
  'biflow_direction',
]);

/**
 * Walks records of any template, as it comes. For options data and records that are only counted; flows are decoded by
 * compiled code.
 *
 * @returns where the last whole record ended
 */
export function readRecords(
  bytes: Uint8Array,
  from: number,
  end: number,
  definition: TemplateDefinition,
  onRecord: (record: OptionsRecord) => void,
): number {
  for (let at = from; ;) {
    const found = new Map<Quantity, number>();
    const next = readRecord(bytes, at, end, definition, found);
    if (next === undefined || next === at) return at;
    onRecord({
      sampler: found.get('sampler'),
      samplingRate: samplingRate(found),
      bootMillis: found.get('boot_time'),
      biflowDirection: found.get('biflow_direction'),
    });
    at = next;
  }
}

function readRecord(
  bytes: Uint8Array,
  from: number,
  end: number,
  { fields, format, scopeFields }: TemplateDefinition,
  found: Map<Quantity, number>,
): number | undefined {
  // NetFlow v9 scope types are numbers of their own (RFC 3954 section 6.1), IPFIX scopes are ordinary elements.
  const skipped = format === 'netflow9' ? (scopeFields ?? 0) : 0;
  let at = from;
  for (const [index, { enterprise, id, length }] of fields.entries()) {
    let size = length;
    if (length === VARIABLE) {
      size = at < end ? (bytes[at] ?? 0) : 0;
      at += 1;
      if (size === 255) {
        size = uint16(bytes, at);
        at += 2;
      }
    }
    if (at + size > end) return undefined;
    const element = index < skipped ? undefined : elementOf(enterprise, id);
    if (element && WANTED.has(element.fills) && size >= 1 && size <= 8) {
      const value = element.as === 'float' ? float(bytes, at, size) : uint(bytes, at, size);
      if (value > 0 && !found.has(element.fills)) found.set(element.fills, value);
    }
    at += size;
  }
  return at;
}

function float(bytes: Uint8Array, at: number, size: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, size);
  if (size === 4) return view.getFloat32(0);
  return size === 8 ? view.getFloat64(0) : 0;
}

/** RFC 5477 section 8.2: count-based, random n out of N, and probabilistic sampling; before it, plain intervals. */
function samplingRate(found: ReadonlyMap<Quantity, number>): number | undefined {
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
