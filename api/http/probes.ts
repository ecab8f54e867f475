import express, { Router, type Express } from 'express';
import helmet from 'helmet';
import type { Registry } from 'prom-client';
import type { Logger } from '../../ingest/kernel/log';
import { notFound, problemHandler } from './problem';
import type { Readiness } from './readiness';
import { requireToken } from './token';

export interface ProbeDeps {
  readonly readiness: () => Readiness | Promise<Readiness>;
  readonly registry: Registry;
  readonly token: string;
}

/** What whoever runs us asks: `/healthz`, `/readyz` and `/metrics`. */
export function probeRoutes({ readiness, registry, token }: ProbeDeps): Router {
  const router = Router();
  router.get('/healthz', (_, response) => void response.json({ status: 'ok' }));
  router.get('/readyz', async (_, response) => {
    const state = await readiness();
    const out = state.status === 'full' || state.status === 'not-receiving';
    if (out) response.setHeader('Retry-After', '5');
    response
      .status(out ? 503 : 200)
      .setHeader('Cache-Control', 'no-store')
      .json(state);
  });
  router.use('/metrics', requireToken(token));
  router.get('/metrics', async (_, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}

/** For processes that have little else to answer: what is wrong, in full, for who has the token. */
export function createProbes({ status, ...deps }: ProbeDeps & { status: () => object }, log: Logger): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(helmet(), probeRoutes(deps));
  app.get('/api/v1/status', requireToken(deps.token), (_, response) => void response.json(status()));
  app.use(notFound, problemHandler(log));
  return app;
}
