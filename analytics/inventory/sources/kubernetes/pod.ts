import { parseMoment } from '../moment';
import type { Pod } from './objects';

/** From when to when a pod had its addresses, epoch milliseconds; undefined where it has ended and nothing says when. */
export function spanOf({ metadata, status }: Pod): { since?: number; until?: number } | undefined {
  const since = momentOf(status.startTime) ?? momentOf(metadata.creationTimestamp);
  const ended = status.phase === 'Succeeded' || status.phase === 'Failed';
  // deletionTimestamp is when the grace period is over, and may lie ahead; containers that ended earlier gave up earlier.
  const until = (ended ? endOf(status) : undefined) ?? momentOf(metadata.deletionTimestamp);
  if (ended && until === undefined) return undefined;
  return { ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
}

function endOf({ containerStatuses, conditions }: Pod['status']): number | undefined {
  const finished = containerStatuses.map(({ state }) => momentOf(state?.terminated?.finishedAt));
  const unready = conditions.map(({ type, status, lastTransitionTime }) =>
    type === 'Ready' && status === 'False' ? momentOf(lastTransitionTime) : undefined,
  );
  const known = (moments: readonly (number | undefined)[]) => moments.filter((moment) => moment !== undefined);
  const moments = known(finished).length > 0 ? known(finished) : known(unready);
  return moments.length > 0 ? Math.max(...moments) : undefined;
}

export function momentOf(timestamp: string | null | undefined): number | undefined {
  return timestamp ? parseMoment(timestamp) : undefined;
}

export function podAddresses({ status }: Pod): string[] {
  return status.podIPs.length > 0 ? status.podIPs.map(({ ip }) => ip) : status.podIP ? [status.podIP] : [];
}
