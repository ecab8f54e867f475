// Bundles the console. Usage: node api/console/build.mjs [folder], by default dist/api/console/public.
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const web = join(here, 'web');
const folder = resolve(process.argv[2] ?? join(here, '..', '..', 'dist', 'api', 'console', 'public'));

await mkdir(folder, { recursive: true });
await build({
  entryPoints: { app: join(web, 'main.tsx') },
  outdir: folder,
  bundle: true,
  minify: true,
  sourcemap: true,
  format: 'iife',
  target: ['es2022'],
  tsconfig: join(web, 'tsconfig.json'),
  logLevel: 'warning',
});
await Promise.all(['index.html', 'app.css'].map((name) => copyFile(join(web, name), join(folder, name))));
