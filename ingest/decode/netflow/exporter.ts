import { addressFromBytes, formatAddress } from '../../kernel/ip';
import { CompileBudget } from './compile-budget';
import type { Shared } from './shared';

/** One address that sends exports. */
export class Exporter {
  readonly compilations: CompileBudget;
  private label: string | undefined;

  constructor(
    /** 16 bytes, network order. */
    readonly address: Uint8Array,
    { limits, compilations }: Shared,
  ) {
    this.compilations = new CompileBudget(limits.compilationsPerExporter, compilations);
  }

  /** The address as text. */
  get name(): string {
    return (this.label ??= formatAddress(addressFromBytes(this.address)));
  }
}
