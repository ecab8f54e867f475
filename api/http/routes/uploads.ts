import { join } from 'node:path';
import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import { WayleaveError } from '../../../ingest/kernel/errors';
import type { Wayleave } from '../../wayleave';
import { withReceived } from '../receive';
import { requireRoom } from '../room';

const MIB = 1024 * 1024;

const uploadQuery = z.strictObject({ name: z.string().min(1).max(255).default('upload') });

/** What a body may be compressed with: files are stored as they come, and recognised by content. */
const ENCODINGS = new Set(['', 'identity', 'gzip', 'x-gzip', 'zstd']);

type UploadDeps = Pick<Wayleave, 'config' | 'jobs' | 'store' | 'take' | 'space' | 'pipeline'>;

/** Bodies that are files rather than JSON. */
export function uploadRoutes({ config, jobs, store, take, space, pipeline }: UploadDeps): Router {
  const router = Router();
  const limit = config.http.uploadLimitMiB * MIB;

  router.post('/uploads', async (request, response) => {
    const { name } = uploadQuery.parse(request.query);
    requireKnownEncoding(request, response);
    requireRoom(pipeline().full);
    const length = Number(request.headers['content-length'] ?? 0);
    const options = { folder: join(config.data, 'incoming'), limit, length, space };
    // Whoever is refused halfway is still to be answered.
    const body = request.iterator({ destroyOnReturn: false });
    const report = await withReceived(body, options, (path) => {
      return jobs.start('upload', () => take(path, name)).finished;
    });
    response.status(report.duplicate ? 200 : 201).json(report);
  });

  router.get('/uploads', async (_, response) => {
    const uploads = await store.query<{ rejects: string }>(
      `SELECT name, format, digest, bytes, formatDateTime(u.received, '%Y-%m-%dT%H:%i:%SZ') AS received, rows, skipped,
         lost, rejected, sightings, rejects
       FROM uploads AS u FINAL ORDER BY u.received DESC LIMIT 1000`,
    );
    response.json(uploads.map((upload) => ({ ...upload, rejects: JSON.parse(upload.rejects) as unknown })));
  });

  return router;
}

function requireKnownEncoding(request: Request, response: Response): void {
  const encoding = request.get('content-encoding')?.trim().toLowerCase() ?? '';
  if (ENCODINGS.has(encoding)) return;
  // RFC 9110, section 12.5.3: what would have been taken.
  response.setHeader('Accept-Encoding', 'gzip, zstd');
  throw new WayleaveError(`bodies compressed with ${encoding} are not taken; send gzip, zstd or none`, {
    code: 'unsupported-encoding',
  });
}
