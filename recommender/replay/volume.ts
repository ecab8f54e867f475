import type { Dependency } from '../../analytics/model/dependency';

export interface Volume {
  /** Distinct client workload, server workload and service. */
  readonly tuples: number;
  readonly connections: number;
  readonly packets: number;
}

/** @param tuple whether the tuple counts for this part */
export function partOf({ connections, packets }: Volume, share: number, tuple: boolean): Volume {
  return { tuples: tuple ? 1 : 0, connections: Math.round(connections * share), packets: Math.round(packets * share) };
}

export function withoutPart(whole: Volume, part: Volume): Volume {
  return {
    tuples: whole.tuples - part.tuples,
    connections: whole.connections - part.connections,
    packets: whole.packets - part.packets,
  };
}

/** A part of a volume; the shares are 0 to 1, and 0 of nothing. */
export interface Share extends Volume {
  readonly shareOfTuples: number;
  readonly shareOfConnections: number;
  readonly shareOfPackets: number;
}

export const NOTHING: Volume = { tuples: 0, connections: 0, packets: 0 };

export function volumeOf({ packets }: Dependency, connections: number): Volume {
  return { tuples: 1, connections, packets };
}

export function addVolumes(a: Volume, b: Volume): Volume {
  return { tuples: a.tuples + b.tuples, connections: a.connections + b.connections, packets: a.packets + b.packets };
}

export function shareOf(part: Volume, whole: Volume): Share {
  const share = (of: keyof Volume) => (whole[of] === 0 ? 0 : part[of] / whole[of]);
  return {
    ...part,
    shareOfTuples: share('tuples'),
    shareOfConnections: share('connections'),
    shareOfPackets: share('packets'),
  };
}
