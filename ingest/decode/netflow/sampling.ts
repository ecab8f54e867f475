import type { SamplingSource } from '../exporter';
import { MAX_INTERFACE_RATES, MAX_SAMPLERS } from '../template/memory';

/** What a sampling rate is of. Line cards and caches are told apart by exporters, but their flows do not name them. */
export type SamplingScope = 'domain' | 'sampler' | 'interface' | 'template' | 'other';

/** Rates of parts of an exporter that flows do not name, only kept to see whether all are alike. */
const MAX_OTHERS = 64;
const MAX_TEMPLATES = 64;

/** One packet in how many was looked at, as far as headers and options data of a domain say. */
export class Sampling {
  source: SamplingSource = 'unknown';
  private readonly tables = {
    sampler: new Map<number, number>(),
    interface: new Map<number, number>(),
    template: new Map<number, number>(),
    other: new Map<number, number>(),
  };
  /** Of the domain as a whole. */
  stated = 0;
  /** What records state of themselves, of the template looked at last. */
  recorded = 0;
  /** What all tables agree on, until they change: they can hold hundreds, and change with every record. */
  private agreed: number | undefined;

  /** @param id of the sampler, interface, …; of no meaning for the domain */
  learn(scope: SamplingScope, id: number, rate: number, source: SamplingSource): void {
    this.source = source;
    if (scope === 'domain') this.stated = rate;
    else if (this.tables[scope].get(id) === rate) return;
    else remember(this.tables[scope], id, rate, CAPACITY[scope]);
    this.agreed = undefined;
  }

  /** Of records that name neither sampler nor interface; 0 unknown. */
  get rate(): number {
    return this.stated > 0 ? this.stated : (this.agreed ??= this.common());
  }

  /** The interfaces whose rates a record must be looked up in: none where all are alike. */
  get interfaceRates(): ReadonlyMap<number, number> {
    return this.rate > 0 && this.stated === 0 ? NO_RATES : this.tables.interface;
  }

  /** By id. */
  rates(scope: Exclude<SamplingScope, 'domain'>): ReadonlyMap<number, number> {
    return this.tables[scope];
  }

  /** Records that do not say what they went through can only have gone through this one if there is no other rate. */
  private common(): number {
    const { sampler, interface: interfaces, other } = this.tables;
    const rates = new Set([...sampler.values(), ...interfaces.values(), ...other.values()]);
    const [only] = rates;
    return rates.size === 1 && only !== undefined ? only : 0;
  }
}

const CAPACITY = {
  sampler: MAX_SAMPLERS,
  interface: MAX_INTERFACE_RATES,
  template: MAX_TEMPLATES,
  other: MAX_OTHERS,
} as const;
const NO_RATES: ReadonlyMap<number, number> = new Map();

/** The oldest make room. */
function remember(rates: Map<number, number>, id: number, rate: number, capacity: number): void {
  rates.delete(id);
  rates.set(id, rate);
  for (const oldest of rates.keys()) {
    if (rates.size <= capacity) return;
    rates.delete(oldest);
  }
}
