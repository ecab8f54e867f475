import { formatAddress, parseAddress } from '../kernel/ip';
import type { Clock } from '../kernel/time';
import { markStale, type Store } from '../store';

export interface SamplingSetting {
  /** As text; IPv4 or IPv6. */
  readonly exporter: string;
  /** Undefined: every domain of the exporter that has no setting of its own. */
  readonly domain?: number | undefined;
  /** One packet in how many; 0 takes the setting back. */
  readonly rate: number;
}

/**
 * Says at what rate an exporter samples that does not say so itself. It counts for flows of the past as well, whose
 * hours are rolled up again; a rate that the source states is never overruled.
 *
 * @throws WayleaveError `bad-address`
 */
export async function setSamplingRate(
  store: Store,
  { exporter, domain, rate }: SamplingSetting,
  clock: Clock,
): Promise<void> {
  const address = formatAddress(parseAddress(exporter));
  await store.insert('exporter_settings', [
    { exporter: address, domain: domain ?? -1, sampling_rate: rate, changed: clock().getTime() * 1000 },
  ]);
  await markStale(
    store,
    `exporter = toIPv6({exporter:String}) AND sampling_rate = 0
       AND ({domain:Int64} < 0 OR domain = {domain:Int64})`,
    { exporter: address, domain: domain ?? -1 },
  );
}
