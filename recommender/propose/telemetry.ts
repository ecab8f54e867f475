import type { ExporterQuality } from '../../ingest/exporters';
import { groupBy } from '../../analytics/graph/group-by';
import type { Witness } from '../model/policy';

export type WitnessesOf = (reporters: readonly string[]) => readonly Witness[] | undefined;

/** A connection of a median request: sampled so thinly that fewer than one packet of it is counted, it may go unseen. */
const PACKETS_PER_CONNECTION = 10;

/** @param exporters what is known of their quality in the window; of those it does not hold nothing can be said */
export function witnesses(exporters: readonly ExporterQuality[]): WitnessesOf {
  const known = new Map(
    [...groupBy(exporters, ({ exporter }) => exporter)].map(([id, all]) => [id, witnessOf(id, all)]),
  );
  return (reporters) => {
    if (known.size === 0) return undefined;
    return reporters.flatMap((reporter) => known.get(reporter) ?? []);
  };
}

/** An exporter is as good as the worst of its observation domains: which of them saw a rule's traffic is not known. */
function witnessOf(exporter: string, domains: readonly ExporterQuality[]): Witness {
  const [worst] = domains
    .map((domain) => ({ quality: domain.score * seenWhenSampled(domain.samplingRate), domain }))
    .sort((a, b) => a.quality - b.quality || a.domain.domain - b.domain.domain);
  if (!worst) return { exporter, quality: 0, words: 'never heard' };
  const { domain, quality } = worst;
  const words = [
    ...domain.parts.filter(({ share }) => share < 1).map(({ text }) => text),
    ...(domain.samplingRate > 1
      ? [
          `counts one packet in ${domain.samplingRate}, so that of connections of ${PACKETS_PER_CONNECTION} packets ${Math.round(100 * seenWhenSampled(domain.samplingRate))} % are seen`,
        ]
      : []),
  ];
  return { exporter, quality: Math.round(quality * 1000) / 1000, words: words.join('; ') };
}

/** That at least one of its packets is counted. */
function seenWhenSampled(rate: number): number {
  return rate <= 1 ? 1 : 1 - (1 - 1 / rate) ** PACKETS_PER_CONNECTION;
}
