import { messageOf } from '../ingest/kernel/errors';
import { createTending } from './tending';
import type { Wayleave } from './wayleave';

/**
 * What a collector that is only fed does without being asked: groups, drift and threats where there is something new, and
 * leases every day. One failing keeps none of the others from their turn; a round that is still under way is not joined by
 * the next.
 */
export function workRegularly(wayleave: Wayleave): NodeJS.Timeout | undefined {
  const { analysis, watch, threats, jobs, config, log, policies, clock } = wayleave;
  if (config.analysis.everyMinutes === 0) return undefined;
  const tendLeases = createTending({ policies, clock, log });
  const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    await work().catch((error: unknown) => log.warn({ what, reason: messageOf(error) }, 'regular work failed'));
  };
  const round = async (): Promise<void> => {
    const { hours } = await analysis.rollUp();
    await attempt('leases', tendLeases);
    if (hours === 0) return;
    await attempt('analysis', () => jobs.start('analysis', (report) => analysis.analyze({}, report)).finished);
    await attempt('drift', () => jobs.start('drift', () => watch.evaluateAll()).finished);
    await attempt('threats', () => jobs.start('threats', () => threats.look()).finished);
  };
  let isWorking = false;
  return setInterval(() => {
    if (isWorking) return;
    isWorking = true;
    void attempt('roll-up', round).finally(() => {
      isWorking = false;
    });
  }, config.analysis.everyMinutes * 60_000);
}
