import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../../ingest/kernel/log';
import { configSchema } from '../../config/config';
import { openWayleave, type Serving } from '../../main';

interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

interface Served {
  wayleave: Awaited<ReturnType<typeof openWayleave>>;
  /** @param path below `/api/v1` */
  call<Body = Record<string, unknown>>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<Answer<Body>>;
}

/** A server on an empty data folder for the tests of one file, started and stopped by it; its parts are there once it is. */
export function serveForTests(): Served {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-routes-'));
  let serving: Serving | undefined;
  const served: Partial<Served> = {
    async call<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
      const response = await fetch(`${serving?.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${serving?.token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Body };
    },
  };
  beforeAll(async () => {
    const config = configSchema.parse({
      data: folder,
      http: { port: 0 },
      collect: { udp: [{ port: 0 }] },
      analysis: { everyMinutes: 0 },
      log: { level: 'silent' },
    });
    served.wayleave = await openWayleave(config, createLog('silent'));
    serving = await served.wayleave.serve();
  });
  afterAll(async () => {
    await serving?.stop();
    await served.wayleave?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return served as Served;
}
