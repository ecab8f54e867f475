import type { Service } from '../../analytics/model/service';

/** Packets of a protocol by destination port, inclusive; for ICMP the port is `type * 256 + code`. */
export interface ServiceRange {
  readonly protocol: number;
  readonly first: number;
  readonly last: number;
}

export const LAST_PORT = 65535;

/** A dynamic service is its control port, if it has one, and the range that is admitted: what was observed, unless said. */
export function rangesOf(service: Service): readonly ServiceRange[] {
  const { protocol } = service;
  switch (service.kind) {
    case 'port':
      return [{ protocol, first: service.port, last: service.port }];
    case 'icmp': {
      const port = service.type * 256 + service.code;
      return [{ protocol, first: port, last: port }];
    }
    case 'protocol':
      return [{ protocol, first: 0, last: LAST_PORT }];
    case 'dynamic': {
      const { first, last } = service.admitted ?? service.observed;
      const range = { protocol, first, last };
      if (service.control === null) return [range];
      return [{ protocol, first: service.control, last: service.control }, range];
    }
  }
}

export function inRanges(ranges: readonly ServiceRange[], protocol: number, port: number): boolean {
  return ranges.some((range) => range.protocol === protocol && range.first <= port && port <= range.last);
}
