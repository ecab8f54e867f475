import type { Store } from '../../ingest/store';
import { insertAll } from './stage';
import { RANKS_SQL } from './trust';

/**
 * Gives workloads to keys that have none yet. A workload is called by its name; where the name is taken, or a source has
 * it several times (instances of one scaling group), its key tells it apart.
 *
 * Parameters: `version`.
 */
const MINT_SQL = `
INSERT INTO identities (source, key, own, workload, minted, version)
SELECT source, key, id, id, {version:UInt64}, {version:UInt64}
FROM (SELECT source, key,
  multiIf(namesakes = 1 AND name NOT IN (SELECT own FROM identities), name,
    told_apart = 1 AND apart NOT IN (SELECT own FROM identities), apart,
    concat(name, ' (', source, ' ', key, ')')) AS id
FROM (
  SELECT source, key, name, apart, count() OVER (PARTITION BY apart) AS told_apart,
    greatest(count() OVER (PARTITION BY name), 1 + ((source, name) IN (
      SELECT source, name FROM claims WHERE NOT withdrawn GROUP BY source, name HAVING uniqExact(key) > 1))) AS namesakes
  FROM (
    SELECT source, key, name, concat(name, ' (', if(key = name, source, key), ')') AS apart
    FROM (
      SELECT source, key, argMax(name, (since, version)) AS name FROM claims FINAL
      WHERE NOT withdrawn AND (source, key) NOT IN (SELECT source, key FROM identities)
      GROUP BY source, key
    )
  )
))`;

const KNOWN = 'SELECT source, key, own, workload, minted FROM identities FINAL';

/** Keys of which something was claimed, and those that were one workload with them. */
const AFFECTED = `SELECT source, key FROM identities FINAL WHERE workload IN (
  SELECT workload FROM identities FINAL
  WHERE (source, key) IN (SELECT source, key FROM claims WHERE version > {after:UInt64}))`;

const NAMED = `SELECT source, scope, address, key, since, until, lower(trim(TRAILING '.' FROM name)) AS called,
    splitByChar('.', lower(name))[1] AS host
  FROM claims FINAL WHERE NOT withdrawn`;

/** Only where several sources speak of an address: that of a cluster's pods is hardly ever one of those. */
const OF_AFFECTED = `SELECT * FROM (${NAMED}) WHERE (source, key) IN (${AFFECTED})
  AND address IN (SELECT address FROM claims GROUP BY address HAVING uniqExact(source) > 1)`;

/**
 * Pairs that are one workload: different sources have the same address at the same time under the same name, where
 * `web-1` is the same as `web-1.prod.example.com` but that is not the same as `web-1.test.example.com`. A source without
 * scopes means the same as one with them only while no other scope has such a host at such an address.
 *
 * Parameters: `after`.
 */
const SAME_SQL = `
SELECT DISTINCT ia.own AS a, ib.own AS b, ib.workload AS b_workload
FROM (
  SELECT a.source AS a_source, a.key AS a_key, b.source AS b_source, b.key AS b_key
  FROM (${OF_AFFECTED}) AS a
  INNER JOIN (
    SELECT * FROM (${NAMED}) WHERE (address, host) IN (SELECT address, host FROM (${OF_AFFECTED}))
  ) AS b ON b.address = a.address AND b.host = a.host
  WHERE a.source != b.source AND a.since < b.until AND b.since < a.until
    AND (a.called = b.called OR startsWith(a.called, concat(b.called, '.')) OR startsWith(b.called, concat(a.called, '.')))
    AND (a.scope = b.scope OR (a.scope = '' OR b.scope = '') AND (a.address, a.host) IN (
      SELECT address, host FROM (${NAMED}) GROUP BY address, host HAVING uniqExactIf(scope, scope != '') = 1))
) AS pairs
INNER JOIN (${KNOWN}) AS ia ON ia.source = a_source AND ia.key = a_key
INNER JOIN (${KNOWN}) AS ib ON ib.source = b_source AND ib.key = b_key`;

/** Those whose workload may be another now: what was more than one key, and what is by pairs. */
function membersSql(paired: boolean): string {
  return `
SELECT i.source AS source, i.key AS key, own, workload, minted, r.rank AS rank, (i.source, i.key) IN (${AFFECTED}) AS affected
FROM (${KNOWN}) AS i
LEFT JOIN (${RANKS_SQL}) AS r ON r.source = i.source
WHERE (i.source, i.key) IN (${AFFECTED})
    AND workload IN (SELECT workload FROM identities FINAL GROUP BY workload HAVING count() > 1)
  ${paired ? `OR own IN (SELECT a FROM (${SAME_SQL})) OR workload IN (SELECT b_workload FROM (${SAME_SQL}))` : ''}`;
}

interface Member {
  readonly source: string;
  readonly key: string;
  /** The id it was given when it was first known, and has for as long as nobody else speaks of the same workload. */
  readonly own: string;
  readonly workload: string;
  readonly minted: number;
  readonly rank: number;
  readonly affected: boolean;
}

/**
 * Settles which keys of which sources are one workload, where anything was claimed after a version. The id of a workload
 * is that which the key known first was given, so ids are stable from import to import, and what is one follows from the
 * claims that stand, whatever stood before.
 */
export async function identify(
  store: Store,
  { after, version, trust }: { readonly after: number; readonly version: number; readonly trust: readonly string[] },
): Promise<void> {
  await store.command(MINT_SQL, { version });
  const pairs = await store.query<{ a: string; b: string }>(SAME_SQL, { after });
  const members = await store.query<Member>(membersSql(pairs.length > 0), { after, trust });
  const workloadOf = joined(members, pairs);
  await insertAll(
    store,
    'identities',
    members.flatMap(({ source, key, own, workload, minted }) => {
      const found = workloadOf(own);
      return found === workload ? [] : [{ source, key, own, workload: found, minted, version }];
    }),
  );
}

/** What is joined, by pairs or because nothing about it has changed, has the own id of the eldest member. */
function joined(
  members: readonly Member[],
  pairs: readonly { readonly a: string; readonly b: string }[],
): (own: string) => string {
  const eldest = [...members].sort((a, b) => a.minted - b.minted || a.rank - b.rank || (a.own < b.own ? -1 : 1));
  const age = new Map(eldest.map(({ own }, index) => [own, index]));
  const parent = new Map<string, string>();
  const rootOf = (own: string): string => {
    let root = own;
    for (let up = parent.get(root); up !== undefined; up = parent.get(root)) root = up;
    if (root !== own) parent.set(own, root);
    return root;
  };
  const join = (a: string, b: string): void => {
    const [one, other] = [rootOf(a), rootOf(b)];
    if (one === other) return;
    const [elder, younger] = (age.get(one) ?? 0) < (age.get(other) ?? 0) ? [one, other] : [other, one];
    parent.set(younger, elder);
  };
  for (const { own, workload, affected } of members) if (!affected) join(own, workload);
  for (const { a, b } of pairs) join(a, b);
  return rootOf;
}
