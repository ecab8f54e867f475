import type { Store } from '../../ingest/store';
import { addressText } from '../conversations/read';
import { confidenceOf, leastShare } from './confidence';
import type { Detected } from './finding';
import { percent } from './scans';

/** Days on which something new was tried and failed: fewer may be one bad weekend. */
const LEAST_DAYS = 4;
/** Threshold random walks (Jung et al. 2004) decide after four failures more than successes; one more for good measure. */
const LEAST_FAILED = 5;
/** Of what it tried briefly. What clients newly need is there: they fail at less than a tenth of it. */
const LEAST_FAILED_SHARE = 0.75;
/** Hours a target is tried in: what is needed is tried again. */
const MOST_HOURS = 3;
const MOST_MARKS = 10_000;

interface Row {
  readonly scope: string;
  readonly client: string;
  readonly failed: number;
  readonly answered: number;
  readonly kept: number;
  readonly days: number;
  readonly busiest: number;
  readonly addresses: number;
  readonly attempts: number;
  readonly first: number;
  readonly last: number;
  readonly examples: readonly string[];
  readonly services: readonly number[];
}

/** UDP is left out: much of it never answers by nature, to ever new addresses. */
const slowSql = (contacts: string) => `
SELECT scope, ${addressText('client')} AS client, failed_ AS failed, answered_ AS answered, kept, days_ AS days, busiest,
  addresses, attempts_ AS attempts, first_ AS first, last_ AS last,
  arrayMap(s -> ${addressText('s')}, examples_) AS examples, services_ AS services
FROM (
  SELECT t.scope AS scope, t.client AS client,
    countIf(t.failed_briefly) AS failed_, countIf(t.answered AND t.brief) AS answered_,
    countIf(t.answered AND NOT t.brief) AS kept,
    uniqExactIf(toDate(t.first), t.failed_briefly) AS days_,
    arrayMax(sumMap([toDate(t.first)], [toUInt64(t.failed_briefly)]).2) AS busiest,
    uniqExactIf(t.server, t.failed_briefly) AS addresses,
    sumIf(t.attempts, t.failed_briefly) AS attempts_,
    toUnixTimestamp(minIf(t.first, t.failed_briefly)) AS first_,
    toUnixTimestamp(maxIf(t.last, t.failed_briefly)) AS last_,
    arraySort(groupArraySampleIf(5, 1)(t.server, t.failed_briefly)) AS examples_,
    arraySort(groupUniqArrayIf(${MOST_MARKS})(toUInt32(t.protocol) * 65536 + t.port, t.failed_briefly)) AS services_
  FROM (
    SELECT *, hours <= ${MOST_HOURS} AS brief, failed AND brief AS failed_briefly FROM ${contacts} WHERE protocol != 17
  ) AS t
  GROUP BY t.scope, t.client
  HAVING failed_ >= ${LEAST_FAILED} AND days_ >= ${LEAST_DAYS}
    AND failed_ >= (failed_ + answered_) * ${LEAST_FAILED_SHARE}
)
ORDER BY scope, client`;

/** A few new targets a day that mostly fail, by a client that tries none of them for long. */
export async function findSlowScans(store: Store, contacts: string): Promise<Detected> {
  const rows = await store.query<Row>(slowSql(contacts));
  return {
    findings: rows.map((row) => ({
      kind: 'slow-scan',
      scope: row.scope,
      address: row.client,
      peers: row.addresses,
      examples: row.examples,
      seen: { from: row.first, to: row.last },
      connections: row.attempts,
      answered: row.answered / (row.answered + row.failed),
      confidence: confidenceOf(leastShare(row.failed, row.failed + row.answered)),
      reason:
        `tried something new on ${row.days} days, ${row.busiest} at most on one: ` +
        `${percent(row.failed / (row.failed + row.answered))} of ${row.failed + row.answered} targets on ` +
        `${row.addresses} addresses were closed, dead or denied; it uses ${row.kept} services steadily`,
    })),
    marks: rows.flatMap(({ scope, client, services }, finding) =>
      services.map((service) => ({
        finding,
        scope,
        client,
        server: null,
        service,
        alive: [],
        outsideOnly: false,
        answered: true,
      })),
    ),
  };
}
