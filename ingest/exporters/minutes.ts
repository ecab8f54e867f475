import type { ExporterHealth } from '../decode/exporter';

/** What one observation domain did in one minute: a row of `exporter_minutes`. */
export interface ExporterMinute {
  /** Epoch seconds. */
  readonly minute: number;
  readonly exporter: string;
  readonly domain: number;
  readonly format: ExporterHealth['format'];
  /** Heard as it happened, rather than read from a file. */
  readonly live: boolean;
  readonly datagrams: number;
  readonly records: number;
  /** Records; where the format counts datagrams, as many as those that came held on average. */
  readonly lost: number;
  readonly restarts: number;
  readonly rejected: number;
  readonly unknown_template_sets: number;
  readonly waiting_sets: number;
  readonly sampling_rate: number;
  readonly sampling_source: ExporterHealth['samplingSource'];
  readonly skew_ms: number;
}

/**
 * What happened between two looks at the decoder, for every domain that was heard in between. One that was forgotten and
 * came back, or that a new decoder hears, starts at zero again.
 *
 * @param minute epoch seconds
 */
export function minutesBetween(
  before: readonly ExporterHealth[],
  now: readonly ExporterHealth[],
  minute: number,
  live = true,
): ExporterMinute[] {
  const earlier = new Map(before.map((health) => [keyOf(health), health]));
  return now.flatMap((health) => {
    const known = earlier.get(keyOf(health));
    const since = known && goesOn(known, health) ? known : undefined;
    const datagrams = health.datagrams - (since?.datagrams ?? 0);
    if (datagrams === 0) return [];
    const records = health.records - (since?.records ?? 0);
    // What comes late is taken off again: of a gap that was counted a minute ago, that stands.
    const lost = Math.max(0, health.lost - (since?.lost ?? 0));
    return [
      {
        minute,
        exporter: health.exporter,
        domain: health.domain,
        format: health.format,
        live,
        datagrams,
        records,
        lost: health.lostUnit === 'records' ? lost : Math.round((lost * records) / datagrams),
        restarts: health.restarts - (since?.restarts ?? 0),
        rejected: rejectedBy(health) - (since ? rejectedBy(since) : 0),
        unknown_template_sets: health.unknownTemplateSets - (since?.unknownTemplateSets ?? 0),
        waiting_sets: health.waitingSets,
        sampling_rate: health.samplingRate,
        sampling_source: health.samplingSource,
        skew_ms: health.skewMillis,
      },
    ];
  });
}

/** Whether these are later counts of the same. `lost` can go down, by what comes late. */
function goesOn(before: ExporterHealth, now: ExporterHealth): boolean {
  return (
    before.datagrams <= now.datagrams &&
    before.records <= now.records &&
    before.restarts <= now.restarts &&
    before.unknownTemplateSets <= now.unknownTemplateSets &&
    rejectedBy(before) <= rejectedBy(now)
  );
}

function rejectedBy({ rejects }: ExporterHealth): number {
  return rejects.reduce((sum, { count }) => sum + count, 0);
}

function keyOf({ exporter, domain, format }: ExporterHealth): string {
  return `${exporter} ${domain} ${format}`;
}

/** Epoch seconds of the minute's beginning. */
export function minuteOf(time: Date): number {
  const seconds = Math.floor(time.getTime() / 1000);
  return seconds - (seconds % 60);
}
