import { messageOf } from '../ingest/kernel/errors';
import type { Logger } from '../ingest/kernel/log';
import type { Clock } from '../ingest/kernel/time';
import type { PolicyService } from './policies';

const DAY_MS = 86_400_000;

export interface TendingDeps {
  readonly policies: Pick<PolicyService, 'list' | 'leases' | 'tendLeases'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/** Tends the leases of all policies in force, at most once a UTC day: a lease is a matter of days. */
export function createTending({ policies, clock, log }: TendingDeps): () => Promise<void> {
  let tended = -1;
  return async () => {
    const today = Math.floor(clock().getTime() / DAY_MS);
    if (today === tended) return;
    tended = today;
    for (const { id, name, state } of await policies.list()) {
      if (state.active === null) continue;
      try {
        if ((await policies.leases(id)).length === 0) continue;
        const { renewed, proposed } = await policies.tendLeases(id, { by: 'wayleave', reason: '' });
        log.info({ policy: name, renewed: Object.keys(renewed).length, proposed }, 'tended leases');
      } catch (error) {
        // Somebody worked on it at that moment: there is another day.
        log.warn({ policy: name, reason: messageOf(error) }, 'leases were not tended');
      }
    }
  };
}
