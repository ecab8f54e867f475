/** A claim on one address, as it is settled. Times in epoch seconds, `until` exclusive. */
export interface RankedClaim {
  /** Whom it speaks of. */
  readonly workload: string;
  readonly source: string;
  readonly key: string;
  readonly since: number;
  readonly until: number;
  /** 1 is trusted most. */
  readonly rank: number;
}

/** Whose the address is for a time, and on whose word. */
export interface Ownership {
  readonly workload: string;
  readonly source: string;
  readonly key: string;
  readonly since: number;
  readonly until: number;
}

/** For how long another claim stood against the one that was believed. */
export interface Contest extends Ownership {
  readonly other: RankedClaim;
}

/** Claims on one address at one time; those beyond it are not listed as conflicts, and are believed all the same. */
const LOSERS_LISTED = 16;

/** Trust first; of one source what it said of the later time: what began within something longer is the exception to it. */
function byTrust(a: RankedClaim, b: RankedClaim): number {
  return (
    a.rank - b.rank ||
    b.since - a.since ||
    (a.source < b.source ? -1 : a.source > b.source ? 1 : a.key < b.key ? -1 : 1)
  );
}

/**
 * Settles the claims on one address: at most one owner at any time. Claims of one workload do not contradict each other,
 * whoever makes them. The same claims in any order give the same answer.
 */
export function settleAddress(claims: readonly RankedClaim[]): { owners: Ownership[]; contests: Contest[] } {
  const beginning = [...claims]
    .filter(({ since, until }) => since < until)
    .sort((a, b) => a.since - b.since || byTrust(a, b));
  const moments = [...new Set(beginning.flatMap(({ since, until }) => [since, until]))].sort((a, b) => a - b);
  const owners: Ownership[] = [];
  const contests = new Map<string, Contest[]>();
  let active: RankedClaim[] = [];
  let next = 0;
  for (const [index, since] of moments.entries()) {
    active = active.filter(({ until }) => until > since);
    for (let claim = beginning[next]; claim?.since === since; claim = beginning[++next]) active.push(claim);
    active.sort(byTrust);
    const [winner, ...losers] = active;
    const until = moments[index + 1];
    if (winner === undefined || until === undefined) continue;
    const { workload, source, key } = winner;
    extend(owners, { workload, source, key, since, until });
    for (const other of losers.filter((loser) => loser.workload !== workload).slice(0, LOSERS_LISTED)) {
      const about = JSON.stringify([workload, other.source, other.key]);
      const spans = contests.get(about) ?? [];
      contests.set(about, spans);
      extend(spans, { workload, source, key, since, until, other });
    }
  }
  return { owners, contests: [...contests.values()].flat() };
}

/** Appends a span, or prolongs the last where it is the same workload's and nothing is in between. */
function extend<Span extends Ownership>(spans: Span[], span: Span): void {
  const last = spans.at(-1);
  if (last?.workload === span.workload && last.until === span.since)
    spans[spans.length - 1] = { ...last, until: span.until };
  else spans.push(span);
}
