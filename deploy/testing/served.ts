import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const HTTP = join(__dirname, '../../api/http');

/** Paths that need no token, as the routes name them: `/healthz`, `/readyz`, … */
export function servedPaths(): ReadonlySet<string> {
  const sources = readdirSync(HTTP, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  return new Set(
    sources.flatMap((name) =>
      [...readFileSync(join(HTTP, name), 'utf8').matchAll(/\.get\('(\/[a-z]+)'/g)].map(([, path]) => String(path)),
    ),
  );
}
