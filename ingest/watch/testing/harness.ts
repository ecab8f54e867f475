import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import { createLog } from '../../kernel/log';
import { WayleaveError } from '../../kernel/errors';
import { createSpace, type Fullness } from '../../spool';
import { createWatchMetrics } from '../metrics';
import type { SourceDeps } from '../source';

/** What a source is given: a clock to turn by hand, and a store that knows content by its digest. */
export function createHarness(data: string) {
  let now = Date.parse('2026-11-21T09:00:00Z');
  const registry = new Registry();
  const digests = new Set<string>();
  const taken: { name: string; content: string; duplicate: boolean }[] = [];
  /** Thrown by the next takes, one each. */
  const refusals: (Error | undefined)[] = [];
  const spool: { full?: Fullness | undefined } = {};
  const deps: SourceDeps = {
    data,
    space: createSpace(0),
    full: () => spool.full,
    take(path, name) {
      const refusal = refusals.shift();
      if (refusal !== undefined) return Promise.reject(refusal);
      const content = readFileSync(path);
      if (content.includes('photo')) {
        return Promise.reject(new WayleaveError(`${name} is in no format we know`, { code: 'unknown-format' }));
      }
      const digest = createHash('sha256').update(content).digest('hex');
      const duplicate = digests.has(digest);
      digests.add(digest);
      taken.push({ name, content: content.toString('latin1'), duplicate });
      return Promise.resolve({ digest, bytes: content.length, duplicate });
    },
    clock: () => new Date(now),
    log: createLog('silent'),
    metrics: createWatchMetrics(registry),
  };
  return {
    deps,
    taken,
    refusals,
    spool,
    names: () => taken.map(({ name }) => name),
    pass(seconds: number) {
      now += seconds * 1000;
    },
    async metric(name: string, outcome?: string): Promise<number> {
      const { values } = (await registry.getSingleMetric(name)?.get()) ?? { values: [] };
      return values.find(({ labels }) => outcome === undefined || labels.outcome === outcome)?.value ?? 0;
    },
  };
}
