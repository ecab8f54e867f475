import { hasPorts, protocolName } from '../../ingest/kernel/port';
import type { Store } from '../../ingest/store';
import { addressText } from '../conversations/read';
import { confidenceOf, leastShare } from './confidence';
import { serviceNumber, type Detected, type NoiseFinding, type NoiseKind, type NoiseMark } from './finding';

/**
 * So many targets must fail. Threshold random walks (Jung et al. 2004) decide after four failures more than successes,
 * but for strangers at a border: inside, an application whose dozen backends were switched off asks for all of them.
 */
const LEAST_FAILED = 15;
/** Of those that failed or were answered. A crawler or a mail server fails at a third; scans at most of what they try. */
const LEAST_FAILED_SHARE = 0.5;
/** Peers of a peer-to-peer network come and go, on UDP: half of them are gone when asked. */
const LEAST_FAILED_SHARE_UDP = 0.8;
/** Hours a day that one target is tried in. Pollers and health checks of what is dead go on all day. */
const MOST_HOURS_A_DAY = 3;
/** So many findings' worth of services or addresses are marked one by one. */
const MOST_MARKS = 10_000;
const EXAMPLES = 5;

const DAY = 86_400;

interface Row {
  readonly scope: string;
  readonly client: string;
  readonly protocol: number;
  readonly port: number;
  readonly server: string;
  readonly tried: number;
  readonly answered: number;
  readonly failed: number;
  readonly attempts: number;
  readonly first: number;
  readonly last: number;
  readonly examples: readonly string[];
}

const MEASURES = `count() AS tried, countIf(t.answered) AS answered_, countIf(t.failed) AS failed_,
  sum(t.attempts) AS attempts_,
  toUnixTimestamp(minIf(t.first, t.failed)) AS first_, toUnixTimestamp(maxIf(t.last, t.failed)) AS last_`;
const RENAMED = 'answered_ AS answered, failed_ AS failed, attempts_ AS attempts, first_ AS first, last_ AS last';
const FAILING = `failed_ >= ${LEAST_FAILED} AND avgIf(t.hours / t.days, t.failed) <= ${MOST_HOURS_A_DAY}`;

/** One client, one service, many addresses, at least `LEAST_FAILED` of them new on one day. */
const horizontalSql = (contacts: string) => `
SELECT scope, ${addressText('client')} AS client, protocol, port, '' AS server, tried, ${RENAMED},
  arrayMap(s -> ${addressText('s')}, examples_) AS examples
FROM (
  SELECT t.scope AS scope, t.client AS client, t.protocol AS protocol, t.port AS port, ${MEASURES},
    arraySort(groupArraySample(${EXAMPLES}, 1)(t.server)) AS examples_
  FROM ${contacts} AS t GROUP BY scope, client, protocol, port
  HAVING ${FAILING}
    AND failed_ >= (failed_ + answered_) * if(protocol = 17, ${LEAST_FAILED_SHARE_UDP}, ${LEAST_FAILED_SHARE})
    AND arrayMax(sumMap([toDate(t.first)], [toUInt64(t.failed)]).2) >= ${LEAST_FAILED}
)
ORDER BY scope, client, failed DESC, protocol, port
LIMIT ${MOST_MARKS} BY scope, client`;

/** One client, one address, many services. */
const verticalSql = (contacts: string) => `
SELECT scope, ${addressText('client')} AS client, 0 AS protocol, 0 AS port, ${addressText('server')} AS server, tried,
  ${RENAMED}, [] AS examples
FROM (
  SELECT t.scope AS scope, t.client AS client, t.server AS server, ${MEASURES}
  FROM ${contacts} AS t GROUP BY scope, client, server
  HAVING ${FAILING} AND failed_ >= (failed_ + answered_) * ${LEAST_FAILED_SHARE}
)
ORDER BY scope, client, failed DESC, server
LIMIT ${MOST_MARKS} BY scope, client`;

export async function findHorizontalScans(store: Store, contacts: string): Promise<Detected> {
  const rows = await store.query<Row>(horizontalSql(contacts));
  const scans = byClient(rows.filter(({ protocol }) => hasPorts(protocol)));
  const sweeps = byClient(rows.filter(({ protocol }) => !hasPorts(protocol)));
  return joined([
    ...scans.map((of) => scanOf('horizontal-scan', of, `${services(of)} on ${addresses(of)}`)),
    ...sweeps.map((of) => scanOf('sweep', of, `ICMP echo on ${addresses(of)}`)),
  ]);
}

export async function findVerticalScans(store: Store, contacts: string): Promise<Detected> {
  const rows = await store.query<Row>(verticalSql(contacts));
  return joined(
    byClient(rows).map((of) => {
      const most = of.reduce((largest, { tried }) => Math.max(largest, tried), 0);
      const [only] = of.length === 1 ? of : [];
      const what = only
        ? `${most} services of ${only.server}`
        : `up to ${most} services of each of ${of.length} addresses`;
      return scanOf('vertical-scan', of, what);
    }),
  );
}

interface Scan {
  readonly finding: NoiseFinding;
  readonly marks: readonly Omit<NoiseMark, 'finding'>[];
}

function scanOf(kind: NoiseKind, of: readonly Row[], what: string): Scan {
  const [{ scope, client } = { scope: '', client: '' }] = of;
  const sum = (value: (row: Row) => number) => of.reduce((total, row) => total + value(row), 0);
  const [tried, failed, answered] = [sum((row) => row.tried), sum((row) => row.failed), sum((row) => row.answered)];
  const from = of.reduce((least, { first }) => Math.min(least, first), Infinity);
  const to = of.reduce((most, { last }) => Math.max(most, last), 0);
  const vertical = kind === 'vertical-scan';
  return {
    finding: {
      kind,
      scope,
      address: client,
      peers: vertical ? of.length : of.reduce((most, row) => Math.max(most, row.tried), 0),
      examples: vertical ? of.slice(0, EXAMPLES).map(({ server }) => server) : (of[0]?.examples ?? []),
      seen: { from, to },
      connections: sum(({ attempts }) => attempts),
      answered: tried === 0 ? 0 : answered / tried,
      confidence: confidenceOf(leastShare(failed, failed + answered)),
      reason:
        `tried ${what} within ${duration(to - from)}: ${percent(failed / tried)} closed, dead or denied, ` +
        `${percent(answered / tried)} answered`,
    },
    marks: of.map((row) => ({
      scope,
      client,
      server: vertical ? row.server : null,
      service: vertical ? null : serviceNumber(row.protocol, row.port),
      alive: [],
      outsideOnly: false,
      answered: true,
    })),
  };
}

function joined(scans: readonly Scan[]): Detected {
  return {
    findings: scans.map(({ finding }) => finding),
    marks: scans.flatMap(({ marks }, finding) => marks.map((mark) => ({ ...mark, finding }))),
  };
}

/** Rows come sorted by client. */
function byClient(rows: readonly Row[]): Row[][] {
  const groups: Row[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last?.[0]?.client === row.client && last[0].scope === row.scope) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

function services(of: readonly Row[]): string {
  const named = of.slice(0, EXAMPLES).map(({ protocol, port }) => `${port}/${protocolName(protocol)}`);
  return of.length > named.length
    ? `${named.join(', ')} and ${of.length - named.length} more services`
    : named.join(', ');
}

function addresses(of: readonly Row[]): string {
  const most = of.reduce((largest, { tried }) => Math.max(largest, tried), 0);
  return `${of.length > 1 ? 'up to ' : ''}${most} addresses`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function duration(seconds: number): string {
  if (seconds >= 2 * DAY) return `${Math.round(seconds / DAY)} days`;
  return seconds >= 7200 ? `${Math.round(seconds / 3600)} hours` : `${Math.max(1, Math.ceil(seconds / 60))} minutes`;
}
