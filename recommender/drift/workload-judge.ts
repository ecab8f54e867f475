import type { Dependency } from '../../analytics/model/dependency';
import type { Workload } from '../../analytics/model/workload';
import { isV4, parseAddress } from '../../ingest/kernel/ip';
import { classify } from '../model/address-classes';
import { EVERY_V4_ADDRESS } from '../model/address-set';
import { getsThrough, type PacketFilter, type ServiceFilter, type Verdict } from '../model/packet-filter';

/** A filter asked about workloads instead of packets. */
export interface Judge {
  addressesOf(workload: string): readonly bigint[];
  /** The same number for workloads that the filter treats alike, from either side. */
  placeOf(workload: string): number;
  /** What every pair of addresses in one family gets between two places. */
  between(client: number, server: number): readonly ServiceFilter[];
  /** One for each port: the worst that any pair of addresses gets. Empty without a common family. */
  verdicts(dependency: Dependency): readonly Verdict[];
}

export function createJudge(filter: PacketFilter, workloads: readonly Workload[]): Judge {
  const addresses = new Map(workloads.map((workload) => [workload.id, workload.addresses.map(parseAddress)]));
  const { classes, of } = classify([EVERY_V4_ADDRESS, ...filter.addressSets]);
  const places: (readonly bigint[])[] = [];
  const placeByClasses = new Map<string, number>();
  const placeByWorkload = new Map<string, number>();
  const known: Map<number, readonly ServiceFilter[]>[] = [];

  const findPlace = (workload: string): number => {
    const inside = [...new Set((addresses.get(workload) ?? []).map(of))].sort((a, b) => a - b);
    const key = inside.join();
    const place = placeByClasses.get(key) ?? places.length;
    if (place === places.length) {
      placeByClasses.set(key, place);
      places.push(inside.flatMap((index) => classes[index]?.first ?? []));
    }
    placeByWorkload.set(workload, place);
    return place;
  };
  const placeOf = (workload: string) => placeByWorkload.get(workload) ?? findPlace(workload);
  const between = (client: number, server: number): readonly ServiceFilter[] => {
    const towards = (known[client] ??= new Map());
    let filters = towards.get(server);
    if (!filters) {
      filters = (places[client] ?? []).flatMap((src) =>
        (places[server] ?? []).filter((dst) => isV4(src) === isV4(dst)).map((dst) => filter.between(src, dst)),
      );
      towards.set(server, filters);
    }
    return filters;
  };

  return {
    addressesOf: (workload) => addresses.get(workload) ?? [],
    placeOf,
    between,
    verdicts({ client, server, service, ports }) {
      const filters = between(placeOf(client), placeOf(server));
      return ports.flatMap((port) => {
        const verdicts = filters.map((each) => each.decide(service.protocol, port));
        return verdicts.find((verdict) => !getsThrough(verdict)) ?? verdicts[0] ?? [];
      });
    },
  };
}
