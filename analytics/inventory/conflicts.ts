import type { SqlParams, Store } from '../../ingest/store';
import { addressText } from '../conversations/read';
import { isoText } from './span';

/** One side of a conflict. */
export interface ConflictingClaim {
  readonly workload: string;
  readonly source: string;
  readonly key: string;
  readonly name: string;
}

/** Two sources, or one, say of an address that it was two workloads' at a time. Times ISO 8601. */
export interface Conflict {
  readonly address: string;
  readonly scope: string;
  /** Null: as long as anybody knows. */
  readonly since: string | null;
  /** Null: still. */
  readonly until: string | null;
  /** Who was believed. */
  readonly winner: ConflictingClaim;
  readonly loser: ConflictingClaim;
}

export interface Conflicts {
  readonly total: number;
  /** Those that last still come first. */
  readonly conflicts: readonly Conflict[];
}

interface ConflictRow {
  readonly address: string;
  readonly scope: string;
  /** Null: as long as anybody knows. */
  readonly since: string | null;
  /** Null: still. */
  readonly until: string | null;
  readonly winner: [string, string, string, string];
  readonly loser: [string, string, string, string];
}

const NAMES = `SELECT source, key, argMax(name, (since, version)) AS name FROM claims
  WHERE (source, key) IN (SELECT arrayJoin([(source, key), (other_source, other_key)]) FROM page) GROUP BY source, key`;

/** Conflicts of everybody, or those that a workload is part of. */
export async function readConflicts(
  store: Store,
  { workload, limit }: { readonly workload?: string; readonly limit: number },
): Promise<Conflicts> {
  const params: SqlParams = workload === undefined ? {} : { workload };
  const condition = workload === undefined ? 'true' : '{workload:String} IN (workload, other_workload)';
  const [count] = await store.query<{ total: number }>(
    `SELECT count() AS total FROM current_conflicts WHERE ${condition}`,
    params,
  );
  const rows = await store.query<ConflictRow>(
    `WITH page AS (
       SELECT * FROM current_conflicts WHERE ${condition}
       ORDER BY until DESC, since DESC, address, scope, other_source, other_key LIMIT {limit:UInt32}
     )
     SELECT ${addressText('p.address')} AS address, p.scope AS scope, ${isoText('p.since')} AS since,
       ${isoText('p.until')} AS until, [p.workload, p.source, p.key, w.name] AS winner,
       [p.other_workload, p.other_source, p.other_key, l.name] AS loser
     FROM page AS p
     LEFT JOIN (${NAMES}) AS w ON w.source = p.source AND w.key = p.key
     LEFT JOIN (${NAMES}) AS l ON l.source = p.other_source AND l.key = p.other_key
     ORDER BY p.until DESC, p.since DESC, p.address, p.scope, p.other_source, p.other_key`,
    { ...params, limit },
  );
  return {
    total: count?.total ?? 0,
    conflicts: rows.map(({ winner, loser, ...row }) => ({ ...row, winner: claim(winner), loser: claim(loser) })),
  };
}

function claim([workload, source, key, name]: ConflictRow['winner']): ConflictingClaim {
  return { workload, source, key, name };
}
