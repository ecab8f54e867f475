import { formatAddress, parseAddress } from '../kernel/ip';
import type { Store } from '../store';

/** Epoch seconds; `to` exclusive. */
export interface QualityWindow {
  readonly from: number;
  readonly to: number;
}

/** A time in which what an exporter did not report may well have happened. */
export interface BlindPeriod {
  /** Epoch seconds; `to` exclusive. */
  readonly from: number;
  readonly to: number;
  readonly why: 'silent' | 'losing';
}

/** How far one observation domain of one exporter can be trusted to have shown everything. */
export interface ExporterQuality {
  readonly exporter: string;
  readonly domain: number;
  readonly format: string;
  readonly datagrams: number;
  readonly flows: number;
  /** Records missing by sequence number, as far as the format tells. */
  readonly lost: number;
  /**
   * Datagrams of this exporter, whatever their domain, that we dropped because the spool was full. Where there are sequence
   * numbers their records are in `lost` too.
   */
  readonly dropped: number;
  readonly restarts: number;
  /** Records and sets that could not be taken. */
  readonly rejected: number;
  readonly unknownTemplateSets: number;
  readonly waitingSets: number;
  /** One packet in how many; 0 unknown. */
  readonly samplingRate: number;
  readonly samplingSource: 'unknown' | 'header' | 'options' | 'records' | 'set';
  /** The exporter's clock behind ours. */
  readonly skewMillis: number;
  /** Epoch seconds, to the minute. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Over the minutes in which it was heard. */
  readonly flowsPerSecond: number;
  readonly blind: readonly BlindPeriod[];
  /** 0 to 1: the product of the shares below. */
  readonly score: number;
  readonly parts: readonly QualityPart[];
}

export interface QualityPart {
  readonly name: 'received' | 'decoded' | 'heard';
  /** 0 to 1. */
  readonly share: number;
  readonly text: string;
}

/** Minutes without a word from an exporter that was heard before and after. */
const SILENT_MINUTES = 5;
/** A minute that lost more than this share of its records. */
const LOSING = 0.05;
const MOST_PERIODS = 1000;

/** As the engine sums them up; the rest is judged from it. */
interface Totals extends Omit<
  ExporterQuality,
  'samplingRate' | 'samplingSource' | 'flowsPerSecond' | 'blind' | 'score' | 'parts'
> {
  readonly statedRate: number;
  readonly statedSource: ExporterQuality['samplingSource'];
  readonly setRate: number;
  readonly minutes: number;
  /** 0 where it was only ever read from files. */
  readonly liveSince: number;
}

/** Every exporter and domain that was heard in a window, by address. */
export async function exporterQuality(store: Store, window: QualityWindow): Promise<ExporterQuality[]> {
  const params = { from: window.from, to: window.to };
  const totals = await store.query<Totals>(
    `WITH settings AS (
       SELECT exporter, domain, argMax(s.sampling_rate, changed) AS rate
       FROM exporter_settings AS s GROUP BY exporter, domain
     )
     SELECT m.exporter AS exporter, m.domain AS domain, format, m.datagrams AS datagrams, flows, lost,
       drops.datagrams AS dropped, restarts, rejected,
       unknownTemplateSets, waitingSets, statedRate, statedSource, if(own.rate > 0, own.rate, every.rate) AS setRate,
       skewMillis, firstSeen, lastSeen, minutes, liveSince
     FROM (
       SELECT exporter, domain, format,
         sum(datagrams) AS datagrams, sum(records) AS flows, sum(lost) AS lost, sum(restarts) AS restarts,
         sum(rejected) AS rejected, sum(unknown_template_sets) AS unknownTemplateSets,
         argMax(waiting_sets, minute) AS waitingSets, argMax(sampling_rate, minute) AS statedRate,
         argMax(sampling_source, minute) AS statedSource, argMax(skew_ms, minute) AS skewMillis,
         toUnixTimestamp(min(m.minute)) AS firstSeen, toUnixTimestamp(max(m.minute)) AS lastSeen,
         uniqExact(minute) AS minutes, toUnixTimestamp(minIf(m.minute, live)) AS liveSince
       FROM exporter_minutes AS m
       WHERE minute >= toDateTime({from:UInt32}) AND minute < toDateTime({to:UInt32})
       GROUP BY exporter, domain, format
     ) AS m
     LEFT JOIN settings AS own ON own.exporter = m.exporter AND own.domain = toInt64(m.domain)
     LEFT JOIN (SELECT * FROM settings WHERE domain < 0) AS every ON every.exporter = m.exporter
     LEFT JOIN (
       SELECT exporter, sum(datagrams) AS datagrams FROM exporter_drops
       WHERE minute >= toDateTime({from:UInt32}) AND minute < toDateTime({to:UInt32}) GROUP BY exporter
     ) AS drops ON drops.exporter = m.exporter
     ORDER BY m.exporter, m.domain, format`,
    params,
  );
  const blind = await blindPeriods(store, window);
  return totals.map((total) => judge(total, blind.get(keyOf(total)) ?? [], window));
}

interface PeriodRow extends BlindPeriod {
  readonly exporter: string;
  readonly domain: number;
  readonly format: string;
}

async function blindPeriods(store: Store, { from, to }: QualityWindow): Promise<Map<string, BlindPeriod[]>> {
  const rows = await store.query<PeriodRow>(
    `WITH minutes AS (
       SELECT exporter, domain, format, toUnixTimestamp(minute) AS at, sum(records) AS records, sum(lost) AS lost
       FROM exporter_minutes
       WHERE live AND minute >= toDateTime({from:UInt32}) AND minute < toDateTime({to:UInt32})
       GROUP BY exporter, domain, format, minute
     )
     SELECT * FROM (
       SELECT exporter, domain, format, at + 60 AS from, next AS to, 'silent' AS why
       FROM (
         SELECT *, leadInFrame(at, 1, {to:UInt32}) OVER (
           PARTITION BY exporter, domain, format ORDER BY at ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
         ) AS next FROM minutes
       ) WHERE next - at - 60 >= {silent:UInt32}
       UNION ALL
       SELECT exporter, domain, format, at AS from, at + 60 AS to, 'losing' AS why
       FROM minutes WHERE lost > {losing:Float64} * (lost + records)
     )
     ORDER BY exporter, domain, format, from
     LIMIT {most:UInt32} BY exporter, domain, format`,
    { from, to, silent: SILENT_MINUTES * 60, losing: LOSING, most: MOST_PERIODS },
  );
  const periods = new Map<string, BlindPeriod[]>();
  for (const row of rows) {
    const known = periods.get(keyOf(row)) ?? [];
    periods.set(keyOf(row), joined(known, { from: row.from, to: row.to, why: row.why }));
  }
  return periods;
}

/** Losing minutes in a row are one period. */
function joined(periods: readonly BlindPeriod[], next: BlindPeriod): BlindPeriod[] {
  const last = periods.at(-1);
  return last?.why === next.why && last.to === next.from
    ? [...periods.slice(0, -1), { ...last, to: next.to }]
    : [...periods, next];
}

function judge(total: Totals, blind: readonly BlindPeriod[], window: QualityWindow): ExporterQuality {
  const { statedRate, statedSource, setRate, minutes, liveSince, ...counts } = total;
  const { flows, lost, dropped, rejected, unknownTemplateSets, datagrams } = counts;
  const span = Math.max(60, window.to - liveSince);
  const silent = blind.reduce((sum, { from, to, why }) => sum + (why === 'silent' ? to - from : 0), 0);
  const undecoded = rejected + unknownTemplateSets;
  const ours = dropped === 0 ? '' : `; ${dropped} of its datagrams were dropped here, because the spool was full`;
  const parts: QualityPart[] = [
    {
      name: 'received',
      share: shareOf(flows, lost),
      text: (lost === 0 ? 'no gap in its sequence numbers' : `${lost} of ${flows + lost} records are missing`) + ours,
    },
    {
      name: 'decoded',
      share: shareOf(datagrams, undecoded),
      text:
        undecoded === 0
          ? 'everything that arrived was understood'
          : `${rejected} rejects and ${unknownTemplateSets} sets without a template in ${datagrams} datagrams`,
    },
    {
      name: 'heard',
      share: 1 - Math.min(1, silent / span),
      text:
        liveSince === 0
          ? 'read from files'
          : silent === 0
            ? 'never silent'
            : `silent for ${Math.round(silent / 60)} of ${Math.round(span / 60)} minutes`,
    },
  ];
  const overruled = statedRate === 0 && setRate > 0;
  return {
    ...counts,
    exporter: formatAddress(parseAddress(total.exporter)),
    samplingRate: overruled ? setRate : statedRate,
    samplingSource: overruled ? 'set' : statedSource,
    flowsPerSecond: flows / (minutes * 60),
    blind,
    score: parts.reduce((product, { share }) => product * share, 1),
    parts,
  };
}

function shareOf(good: number, bad: number): number {
  return good + bad === 0 ? 1 : good / (good + bad);
}

function keyOf({ exporter, domain, format }: Pick<Totals, 'exporter' | 'domain' | 'format'>): string {
  return `${exporter} ${domain} ${format}`;
}
