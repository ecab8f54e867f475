import { Router } from 'express';
import { WayleaveError } from '../../../ingest/kernel/errors';
import type { Store } from '../../../ingest/store';
import type { PipelineState, Wayleave } from '../../wayleave';
import type { StoreProbe } from '../store-probe';

type StatusDeps = Pick<Wayleave, 'store' | 'jobs' | 'exporters' | 'sources' | 'pipeline' | 'receiving'>;

/** The status answers when the store does not: that is when it is wanted most. */
export function statusRoutes(deps: StatusDeps, probe: StoreProbe): Router {
  const { store, jobs, exporters, sources } = deps;
  const router = Router();

  router.get('/status', async (_, response) => {
    const counts = (await probe()).state === 'away' ? UNKNOWN : await countsOf(store);
    response.json({
      ...counts,
      exporters: exporters().length,
      pipeline: { ...shown(deps.pipeline()), receiving: deps.receiving() },
      sources: sources(),
      jobs: jobs.list(),
    });
  });

  router.get('/jobs', (_, response) => void response.json(jobs.list()));

  router.get('/jobs/:id', (request, response) => {
    const job = jobs.find(request.params.id);
    if (!job) throw new WayleaveError(`there is no job ${request.params.id}`, { code: 'not-found' });
    response.json(job);
  });

  return router;
}

interface Counts {
  readonly flows: number | null;
  readonly uploads: number | null;
}

const UNKNOWN: Counts = { flows: null, uploads: null };

async function countsOf(store: Pick<Store, 'query'>): Promise<Counts> {
  try {
    const [counts] = await store.query<Counts>(
      'SELECT (SELECT count() FROM flows) AS flows, (SELECT count() FROM uploads FINAL) AS uploads',
    );
    return counts ?? UNKNOWN;
  } catch (error) {
    if (error instanceof WayleaveError && error.retriable) return UNKNOWN;
    throw error;
  }
}

function shown({ full, trouble, backlog, oldest }: PipelineState) {
  return {
    full: full ?? null,
    trouble: trouble ? { ...trouble, since: new Date(trouble.since).toISOString() } : null,
    backlog,
    oldest: oldest === undefined ? null : new Date(oldest).toISOString(),
  };
}
