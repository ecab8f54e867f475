import { join } from 'node:path';
import express, { type Express } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import type { Wayleave } from '../wayleave';
import { consoleRouter } from '../console/serve';
import { openApiDocument } from './openapi';
import { probeRoutes } from './probes';
import { notFound, problemHandler } from './problem';
import { readinessOf } from './readiness';
import { analysisRoutes } from './routes/analysis';
import { backupRoutes } from './routes/backup';
import { conversationRoutes } from './routes/conversations';
import { exporterRoutes } from './routes/exporters';
import { flowRoutes } from './routes/flows';
import { groupRoutes } from './routes/groups';
import { noiseRoutes } from './routes/noise';
import { inventoryRoutes } from './routes/inventory';
import { provingRoutes } from './routes/proving';
import { weighingRoutes } from './routes/weighing';
import { policyRoutes } from './routes/policies';
import { rulesetRoutes } from './routes/rulesets';
import { recommendationRoutes } from './routes/recommendations';
import { ruleDecisionRoutes } from './routes/rule-decisions';
import { resumableRoutes } from './routes/resumable';
import { serviceRoutes } from './routes/services';
import { statusRoutes } from './routes/status';
import { threatRoutes } from './routes/threats';
import { uploadRoutes } from './routes/uploads';
import { watchRoutes } from './routes/watch';
import type { ResumableUploads } from './resumable';
import { createStoreProbe } from './store-probe';
import { requireToken } from './token';

/** Guessing a 192-bit token is hopeless; this keeps the attempts from costing anything. */
const REQUESTS_PER_MINUTE = 1200;

export function createApp(wayleave: Wayleave, resumable: ResumableUploads, token: string): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: { defaultSrc: ["'self'"], styleSrc: ["'self'"], upgradeInsecureRequests: null },
      },
    }),
  );
  const { pipeline, receiving, registry } = wayleave;
  const probe = createStoreProbe(wayleave.store);
  const readiness = async () => readinessOf({ pipeline: pipeline(), store: await probe(), receiving: receiving() });
  app.use(probeRoutes({ readiness, registry, token }));
  app.get('/openapi.json', (_, response) => void response.json(openApiDocument()));
  app.use(
    '/api',
    rateLimit({ windowMs: 60_000, limit: REQUESTS_PER_MINUTE, standardHeaders: 'draft-8', legacyHeaders: false }),
  );
  app.use('/api', requireToken(token));
  app.use('/api/v1', resumableRoutes(resumable), uploadRoutes(wayleave), inventoryRoutes(wayleave));
  // The body of a policy of 10,000 rules is some 15 MB.
  app.use('/api/v1/policies', express.json({ limit: '64mb' }));
  app.use('/api', express.json({ limit: '1mb' }));
  app.use(
    '/api/v1',
    statusRoutes(wayleave, probe),
    exporterRoutes(wayleave),
    flowRoutes(wayleave),
    conversationRoutes(wayleave),
    analysisRoutes(wayleave),
    groupRoutes(wayleave),
    noiseRoutes(wayleave),
    serviceRoutes(wayleave),
    recommendationRoutes(wayleave),
    provingRoutes(wayleave),
    weighingRoutes(wayleave),
    policyRoutes(wayleave),
    rulesetRoutes(wayleave),
    ruleDecisionRoutes(wayleave),
    watchRoutes(wayleave),
    threatRoutes(wayleave),
    backupRoutes(wayleave),
  );
  app.use('/', consoleRouter(join(__dirname, '../console/public')));
  app.use(notFound);
  app.use(problemHandler(wayleave.log));
  return app;
}
