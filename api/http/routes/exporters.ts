import { Router } from 'express';
import { z } from 'zod';
import { exporterQuality, listenerLosses, setSamplingRate } from '../../../ingest/exporters';
import type { Wayleave } from '../../wayleave';
import { lastDay, windowSchema } from '../window';

const samplingBody = z.strictObject({
  rate: z.int().min(0).max(0xffff_ffff),
  domain: z.int().min(0).max(0xffff_ffff).optional(),
});

/** Who sends flows, how well it is heard, and what a person knows better. */
export function exporterRoutes({ store, exporters, record, clock }: Wayleave): Router {
  const router = Router();

  router.get('/exporters', async (request, response) => {
    const window = lastDay(windowSchema.parse(request.query), clock());
    await record();
    const live = new Map(exporters().map((health) => [`${health.exporter} ${health.domain} ${health.format}`, health]));
    const found = await exporterQuality(store, window);
    response.json(
      found.map((quality) => ({
        ...quality,
        live: live.get(`${quality.exporter} ${quality.domain} ${quality.format}`) ?? null,
      })),
    );
  });

  router.get('/listeners', async (request, response) => {
    const window = lastDay(windowSchema.parse(request.query), clock());
    await record();
    response.json(await listenerLosses(store, window));
  });

  router.put('/exporters/:exporter/sampling-rate', async (request, response) => {
    const { rate, domain } = samplingBody.parse(request.body);
    await setSamplingRate(store, { exporter: request.params.exporter, domain, rate }, clock);
    response.json({ exporter: request.params.exporter, domain: domain ?? null, rate });
  });

  return router;
}
