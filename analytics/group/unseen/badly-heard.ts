import type { ExporterQuality } from '../../../ingest/exporters';
import type { Dependency } from '../../model/dependency';
import type { Reason, Window } from '../../model/topology';
import type { Workload } from '../../model/workload';
import { compareText } from '../../../ingest/kernel/text';
import { percent } from '../figures';
import { duration, shareOf, some } from './wording';

export type Heard = Pick<ExporterQuality, 'exporter' | 'flows' | 'lost' | 'samplingRate' | 'blind'>;

/** What an exporter may lose, or be silent for, before groups can come of it. */
const TOLERABLE = 0.01;
/** Sampling misses what is rare; what is frequent it finds. */
const OF_SAMPLING = 0.5;

/** A way not to see, and how an exporter is affected by it: 0 not at all, 1 entirely. */
interface Fault {
  readonly severity: (heard: Heard) => number;
  readonly said: (worst: Heard) => string;
  readonly missing: string;
}

/** Exporters that sample, lose or fall silent, where nobody else saw the same managed workloads. */
export function badlyHeard(
  managed: readonly Workload[],
  dependencies: readonly Dependency[],
  exporters: readonly Heard[],
  window: Window,
): Reason[] {
  const silent = ({ blind }: Heard): number =>
    blind.reduce((sum, { from, to, why }) => {
      const inside = Math.min(to, window.to) - Math.max(from, window.from);
      return why === 'silent' ? sum + Math.max(0, inside) : sum;
    }, 0);
  const lossOf = ({ lost, flows }: Heard): number => (lost > 0 ? lost / (lost + flows) : 0);
  const faults: readonly Fault[] = [
    {
      severity: ({ samplingRate }) => (samplingRate > 1 ? OF_SAMPLING * (1 - 1 / samplingRate) : 0),
      said: ({ samplingRate }) => `counted only one packet in ${samplingRate.toLocaleString('en-US')}`,
      missing: 'their short and rare conversations are missing',
    },
    {
      severity: lossOf,
      said: (worst) => `lost up to ${percent(lossOf(worst))} of the flows to report`,
      missing: 'as much of their conversations may be missing',
    },
    {
      severity: (heard) => silent(heard) / (window.to - window.from),
      said: (worst) => `said nothing for up to ${duration(silent(worst))}`,
      missing: 'what they did then is missing',
    },
  ];
  if (!exporters.some((heard) => faults.some(({ severity }) => severity(heard) > TOLERABLE))) return [];
  const reporters = reportersOf(dependencies);
  return faults.flatMap(({ severity, said, missing }): Reason[] => {
    const bad = exporters.filter((heard) => severity(heard) > TOLERABLE);
    const [worst] = bad.toSorted((a, b) => severity(b) - severity(a) || compareText(a.exporter, b.exporter));
    if (!worst) return [];
    const names = new Set(bad.map(({ exporter }) => exporter));
    const alone = managed.filter(({ id }) => [...(reporters.get(id) ?? [''])].every((name) => names.has(name))).length;
    if (alone === 0) return [];
    const text = `${some([...names].sort(compareText))} ${said(worst)}, and nobody else reports ${shareOf(alone, managed.length)} managed workloads: ${missing}`;
    return [{ text, weight: (-severity(worst) * alone) / managed.length }];
  });
}

/** Who told of each workload, by its id. Files that name no exporter are one. */
function reportersOf(dependencies: readonly Dependency[]): ReadonlyMap<string, ReadonlySet<string>> {
  const reporters = new Map<string, Set<string>>();
  for (const { client, server, reporters: names } of dependencies) {
    for (const end of [client, server]) {
      let own = reporters.get(end);
      if (!own) reporters.set(end, (own = new Set()));
      for (const name of names) own.add(name);
    }
  }
  return reporters;
}
