import { join } from 'node:path';
import express, { Router } from 'express';
import { z } from 'zod';
import { parseInventory, saveInventory } from '../../../analytics/inventory';
import type { Wayleave } from '../../wayleave';
import { withReceived } from '../receive';

const MIB = 1024 * 1024;
const INVENTORY_LIMIT = '64mb';

const uploadQuery = z.object({ name: z.string().min(1).max(255).default('upload') });

/** Bodies that are files rather than JSON. */
export function uploadRoutes({ config, jobs, store, take }: Wayleave): Router {
  const router = Router();

  router.post('/uploads', async (request, response) => {
    const { name } = uploadQuery.parse(request.query);
    const report = await withReceived(
      request,
      join(config.data, 'incoming'),
      config.http.uploadLimitMiB * MIB,
      (path) => {
        return jobs.start('upload', () => take(path, name)).finished;
      },
    );
    response.status(report.duplicate ? 200 : 201).json(report);
  });

  router.get('/uploads', async (_, response) => {
    response.json(
      await store.query(
        `SELECT name, format, digest, bytes, formatDateTime(u.received, '%Y-%m-%dT%H:%i:%SZ') AS received, rows, skipped, lost, rejected
         FROM uploads AS u FINAL ORDER BY u.received DESC LIMIT 1000`,
      ),
    );
  });

  router.put('/inventory', express.text({ type: () => true, limit: INVENTORY_LIMIT }), async (request, response) => {
    const { entries, rejects } = parseInventory(String(request.body ?? ''));
    await saveInventory(store, entries, () => new Date());
    response.json({ entries: entries.length, rejected: rejects.length, rejects: rejects.slice(0, 20) });
  });

  return router;
}
