export interface Volume {
  /** Distinct client address, server address, protocol and port. */
  readonly tuples: number;
  readonly connections: number;
  readonly packets: number;
}

/** A part of a volume; the shares are 0 to 1, and 0 of nothing. */
export interface Share extends Volume {
  readonly shareOfTuples: number;
  readonly shareOfConnections: number;
  readonly shareOfPackets: number;
}

export const NOTHING: Volume = { tuples: 0, connections: 0, packets: 0 };

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
