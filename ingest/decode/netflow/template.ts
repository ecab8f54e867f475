import type { RowBatch, RowBatches } from '../../model/rows';
import { layoutKey, type TemplateDefinition } from '../template/definition';
import type { Decoder } from '../template/machine';
import { rolesOf, type Role } from './roles';

/** A template as one domain announced it. */
export class Template {
  readonly key: string;
  /** Whether it describes options data. */
  readonly options: boolean;
  /** Field by field, what is of use where it is not flows that are read; undefined when nothing is. */
  readonly roles: readonly (Role | undefined)[] | undefined;
  /** When its records were last looked at for a sampling rate, by the steady clock; undefined when they state none. */
  sampledMillis: number | undefined;
  private batches: RowBatches | undefined;
  private batch: RowBatch | undefined;

  /** When it was announced last, by the steady clock: over UDP it holds only so long. Undefined: by an earlier process. */
  private since: number | undefined;

  /** @param announcedMicros when it was announced last, for the next process */
  constructor(
    readonly definition: TemplateDefinition,
    public announcedMicros: number,
  ) {
    this.key = layoutKey(definition);
    this.options = definition.scopeFields !== undefined;
    this.roles = rolesOf(definition);
    if (this.roles?.some((role) => role !== undefined && STATE_RATE.has(role)) === true) this.sampledMillis = -Infinity;
  }

  /** It was announced, now. */
  hold(receivedMicros: number, steadyMillis: number): void {
    this.announcedMicros = receivedMicros;
    this.since = steadyMillis;
  }

  /** When it was announced last, by the steady clock; of an earlier process only the time of day tells. */
  heldSince(receivedMicros: number, steadyMillis: number): number {
    this.since ??= steadyMillis - Math.max(0, receivedMicros - this.announcedMicros) / 1000;
    return this.since;
  }

  equals(other: Template): boolean {
    return this.key === other.key && this.definition.scopeFields === other.definition.scopeFields;
  }

  batchFor(decoder: Decoder, batches: RowBatches): RowBatch {
    if (this.batch && this.batches === batches) return this.batch;
    this.batches = batches;
    return (this.batch = batches.for(decoder.layout));
  }
}

const STATE_RATE: ReadonlySet<Role> = new Set<Role>(['sampling_interval', 'sampling_population']);
