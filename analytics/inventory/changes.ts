import type { Store } from '../../ingest/store';
import { EVER, momentOf } from './span';

/** What an import is compared with. Times in epoch milliseconds. */
export interface Baseline {
  /** Of the import in `staged_claims`. */
  readonly id: string;
  readonly source: string;
  readonly asOf: number;
  /** What the source's import before described; undefined for its first. */
  readonly previous: number | undefined;
  readonly complete: boolean;
  /** Whether it tells of what was over before. */
  readonly over: boolean;
}

const CLAIM = 'scope, address, key, since, until, name, type, labels, pool';
const CONTENT = 'toString((name, type, labels, pool))';
/** The columns of a claim in a join, called as they are outside it. */
const of = (table: string) =>
  CLAIM.split(', ')
    .map((column) => `${table}.${column} AS ${column}`)
    .join(', ');
const AS_OF = momentOf('asOf');

/** What the source has said before. */
const STORED = `SELECT ${CLAIM}, ${CONTENT} AS content FROM claims FINAL WHERE source = {source:String} AND NOT withdrawn`;

const OPEN = `SELECT * FROM (${STORED}) WHERE until > ${AS_OF} ORDER BY since DESC LIMIT 1 BY scope, address, key`;

const STAGED = `SELECT ${CLAIM}, since_said, ${CONTENT} AS content FROM staged_claims WHERE import = {id:UUID}`;

/** What is so now, one span for each workload and address. */
const PRESENT = `SELECT * FROM (${STAGED}) WHERE until > ${AS_OF}
  ORDER BY since_said DESC, since DESC, content LIMIT 1 BY scope, address, key`;

const FRESH = `SELECT ${of('p')}, p.since_said AS since_said, p.content AS content FROM (${PRESENT}) AS p
  LEFT ANTI JOIN (${OPEN}) AS o ON o.scope = p.scope AND o.address = p.address AND o.key = p.key`;

const NOTHING = `'' AS was_name, CAST(map(), 'Map(String, String)') AS was_labels`;

/**
 * Still there. An end that is now known changes the claim; other names, labels or pools end it and begin another, as of
 * when they were found to be so.
 */
const CONTINUED = `
SELECT multiIf(o.content != p.content OR o.until != p.until, 'changed', '') AS change,
  p.scope AS scope, p.address AS address, p.key AS key,
  if(o.content = p.content, o.since, greatest(o.since, ${AS_OF})) AS since, p.until AS until,
  p.name AS name, p.type AS type, p.labels AS labels, p.pool AS pool, false AS withdrawn,
  o.name AS was_name, o.labels AS was_labels
FROM (${PRESENT}) AS p
INNER JOIN (${OPEN}) AS o ON o.scope = p.scope AND o.address = p.address AND o.key = p.key
WHERE o.content != p.content OR o.until != p.until
UNION ALL
SELECT '' AS change, o.scope, o.address, o.key, o.since, ${AS_OF} AS until, o.name, o.type, o.labels, o.pool,
  false AS withdrawn, ${NOTHING}
FROM (${PRESENT}) AS p
INNER JOIN (${OPEN}) AS o ON o.scope = p.scope AND o.address = p.address AND o.key = p.key
WHERE o.content != p.content AND o.since < ${AS_OF}`;

/**
 * New. It begins when the source says; where it does not:
 * - in its first import as long as anybody knows;
 * - with this import, where the source held the address for somebody else until now: its word stood until it took it back;
 * - else with the import before, for it came since, and nobody else is known to have had the address in between.
 *
 * A workload that was away and is back goes on with its earlier claim only where the source says that it never left.
 */
const ADDED = `
SELECT 'added' AS change, scope, address, key, begun AS since, until, name, type, labels, pool, false AS withdrawn, ${NOTHING}
FROM (
  SELECT ${of('f')}, multiIf(
      f.since_said AND (b.known = 0 OR f.since >= b.left), f.since,
      f.since_said AND b.last = f.content, b.begun,
      f.since_said, b.left,
      a.held, ${AS_OF},
      {first:Bool}, ${momentOf('ever')},
      greatest(${momentOf('previous')}, a.vacated)) AS begun
  FROM (${FRESH}) AS f
  LEFT JOIN (
    SELECT scope, address, max(until > ${AS_OF}) AS held, maxIf(until, until <= ${AS_OF}) AS vacated
    FROM (${STORED}) GROUP BY scope, address
  ) AS a ON a.scope = f.scope AND a.address = f.address
  LEFT JOIN (
    SELECT scope, address, key, count() AS known, max(until) AS left, argMax(since, until) AS begun,
      argMax(content, until) AS last
    FROM (${STORED}) WHERE until <= ${AS_OF} GROUP BY scope, address, key
  ) AS b ON b.scope = f.scope AND b.address = f.address AND b.key = f.key
)
WHERE begun < until`;

/** Gone: when the source says, or when the address is said to have become somebody else's, and with this import at the latest. */
const ENDED = `
SELECT 'ended' AS change, scope, address, key, since, greatest(gone, since) AS until, name, type, labels, pool,
  gone <= since AS withdrawn, name AS was_name, labels AS was_labels
FROM (
  SELECT ${of('o')}, multiIf(
      e.known > 0, e.gone,
      n.known > 0 AND arrayExists(begun -> begun > o.since, n.begun),
        least(${AS_OF}, arrayMin(arrayFilter(begun -> begun > o.since, n.begun))),
      ${AS_OF}) AS gone
  FROM (SELECT * FROM (${STORED}) WHERE until > ${AS_OF}) AS o
  LEFT ANTI JOIN (${PRESENT}) AS p ON p.scope = o.scope AND p.address = o.address AND p.key = o.key
  LEFT JOIN (
    SELECT scope, address, key, count() AS known, max(until) AS gone FROM (${STAGED})
    WHERE until <= ${AS_OF} GROUP BY scope, address, key
  ) AS e ON e.scope = o.scope AND e.address = o.address AND e.key = o.key
  LEFT JOIN (
    SELECT scope, address, count() AS known, groupArray(since) AS begun FROM (${FRESH})
    WHERE since_said GROUP BY scope, address
  ) AS n ON n.scope = o.scope AND n.address = o.address
)`;

/**
 * What a log says, or a snapshot of what is over: spans that meet are one. Leases are renewed, and logs overlap, so they
 * are joined with what was known of the same workload and address.
 *
 * @param staged what is said, with `since` and `until`
 * @param stored what was known and may be joined with it
 */
function joinedSql(staged: string, stored: string): string {
  const said = `SELECT ${CLAIM}, content FROM (${staged}) WHERE since < until
    ORDER BY until DESC, content LIMIT 1 BY scope, address, key, since`;
  const known = `SELECT ${CLAIM}, content FROM (${stored}) WHERE (scope, address, key) IN (SELECT scope, address, key FROM (${said}))`;
  const same = 'PARTITION BY scope, address, key, content ORDER BY since, until';
  return `
SELECT multiIf(absorbed, '', has(arrayMap(span -> span.1, known), begun), 'changed', 'added') AS change,
  scope, address, key, piece.1 AS since, piece.2 AS until, name, type, labels, pool, absorbed AS withdrawn,
  name AS was_name, labels AS was_labels
FROM (
  SELECT *, piece, piece.3 AS absorbed
  FROM (
    SELECT scope, address, key, min(since) AS begun, max(until) AS ended, any(name) AS name, any(type) AS type,
      any(labels) AS labels, any(pool) AS pool, groupArrayIf((since, until), NOT said) AS known
    FROM (
      SELECT *, sum(apart) OVER (${same} ROWS UNBOUNDED PRECEDING) AS island
      FROM (
        SELECT *, since > max(until) OVER (${same} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS apart
        FROM (
          SELECT ${CLAIM}, content, true AS said FROM (${said})
          UNION ALL SELECT ${CLAIM}, content, false AS said FROM (${known})
        )
      )
    )
    GROUP BY scope, address, key, content, island
  )
  ARRAY JOIN arrayConcat([(begun, ended, false)],
    arrayMap(span -> (span.1, span.2, true), arrayFilter(span -> span.1 != begun, known))) AS piece
)
WHERE absorbed OR NOT has(known, (begun, ended))`;
}

const BEGUN_BY_DEFAULT = `multiIf(since_said, since, {first:Bool}, ${momentOf('ever')}, ${momentOf('previous')})`;

/**
 * A snapshot's word on what was over before it: terminated machines, deleted pods. Taken for the times at which nothing
 * is known of the workload and address; what was known stays as it was described then.
 */
const OVER = joinedSql(
  `SELECT * REPLACE(unknown.1 AS since, unknown.2 AS until)
   FROM (
     SELECT ${of('s')}, s.content AS content, k.spans AS spans,
       arrayMap((_, nth) -> arrayMax(span -> span.2, arraySlice(spans, 1, nth)), spans, arrayEnumerate(spans)) AS covered
     FROM (SELECT * REPLACE(${BEGUN_BY_DEFAULT} AS since) FROM (${STAGED}) WHERE until <= ${AS_OF}) AS s
     LEFT JOIN (
       SELECT scope, address, key, arraySort(groupArray((since, until))) AS spans FROM (${STORED})
       GROUP BY scope, address, key
     ) AS k ON k.scope = s.scope AND k.address = s.address AND k.key = s.key
   )
   ARRAY JOIN arrayMap((from, to) -> (greatest(from, since), least(to, until)),
     arrayPushFront(covered, since), arrayPushBack(arrayMap(span -> span.1, spans), until)) AS unknown`,
  `SELECT * FROM (${STORED}) WHERE until <= ${AS_OF}`,
);

/** A log that does not say since when knows it since now. */
const LOGGED = joinedSql(`SELECT * REPLACE(if(since_said, since, ${AS_OF}) AS since) FROM (${STAGED})`, STORED);

/** Works out what an import changes, into `claim_changes`. */
export function findChanges(store: Store, { id, source, asOf, previous, complete, over }: Baseline): Promise<void> {
  const parts = [CONTINUED, ADDED, ENDED, ...(over ? [OVER] : [])];
  const changes = complete ? parts.join('\nUNION ALL\n') : LOGGED;
  return store.command(
    `INSERT INTO claim_changes (import, change, ${CLAIM}, withdrawn, was_name, was_labels)
     SELECT {id:UUID}, change, ${CLAIM}, withdrawn, was_name, was_labels FROM (${changes})
     WHERE key != '' ORDER BY withdrawn LIMIT 1 BY scope, address, key, since`,
    { id, source, asOf, previous: previous ?? EVER, first: previous === undefined ? 1 : 0, ever: EVER },
  );
}

/** Addresses that a source holds, and those of them that an import ends. Pods come and go by themselves: not theirs. */
export async function countLasting(
  store: Store,
  { id, source, asOf }: Baseline,
): Promise<{ readonly held: number; readonly ended: number }> {
  const [row] = await store.query<{ held: number; ended: number }>(
    `SELECT (SELECT count() FROM (${STORED}) WHERE until > ${AS_OF} AND type != 'pod') AS held,
       (SELECT count() FROM claim_changes WHERE import = {id:UUID} AND change = 'ended' AND type != 'pod') AS ended`,
    { id, source, asOf },
  );
  return { held: row?.held ?? 0, ended: row?.ended ?? 0 };
}

/** Makes the changes that were found part of what the source says. */
export function takeChanges(store: Store, { id, source }: Baseline, version: number): Promise<void> {
  return store.command(
    `INSERT INTO claims (source, ${CLAIM}, withdrawn, version)
     SELECT {source:String}, ${CLAIM}, withdrawn, {version:UInt64} FROM claim_changes WHERE import = {id:UUID}`,
    { id, source, version },
  );
}
