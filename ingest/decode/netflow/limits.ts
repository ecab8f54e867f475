import type { WaitingBudget } from './waiting';

/** What exporters, or somebody who pretends to be many, can make the decoder remember. The oldest gives way. */
export interface Limits {
  readonly exporters: number;
  readonly domainsPerExporter: number;
  readonly templatesPerDomain: number;
  /** Data sets waiting for their template, per domain, and bytes of them per domain and altogether. */
  readonly waitingSets: number;
  readonly waitingBytes: number;
  readonly waitingBytesOverall: number;
}

export const DEFAULT_LIMITS: Limits = {
  exporters: 4096,
  domainsPerExporter: 256,
  templatesPerDomain: 512,
  waitingSets: 256,
  waitingBytes: 1 << 20,
  waitingBytesOverall: 64 << 20,
};

export function waitingBudget({ waitingBytesOverall }: Limits): WaitingBudget {
  return { left: waitingBytesOverall };
}
