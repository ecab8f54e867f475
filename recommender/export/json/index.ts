import { z } from 'zod';
import { messageOf, WayleaveError } from '../../../ingest/kernel/errors';
import { createFilter } from '../../model/decide';
import { ifEnforced } from '../../model/staging';
import type { Backend, EnforcementPoint, ExportFile } from '../backend';
import { documentSchema } from './schema';

/** The neutral policy itself, for other tools and for coming back. */
export const json: Backend = {
  name: 'json',
  title: 'JSON',
  render(policy) {
    const text = JSON.stringify({ format: 'wayleave-policy', version: 1, policy }, null, 2);
    return { files: [{ path: 'policy.json', text: `${text}\n` }], losses: [] };
  },
  import: importJson,
};

function importJson(files: readonly ExportFile[]): EnforcementPoint[] {
  const [file] = files;
  if (!file) throw new WayleaveError('a JSON export is one file', { code: 'bad-export' });
  const parsed = documentSchema.safeParse(parse(file));
  if (parsed.success) {
    const { policy } = parsed.data;
    const staged = createFilter(ifEnforced(policy));
    return [{ name: 'document', sees: () => true, filter: createFilter(policy), staged }];
  }
  throw new WayleaveError(`${file.path}: ${z.prettifyError(parsed.error)}`, {
    code: 'bad-export',
    where: { path: file.path },
  });
}

function parse({ path, text }: ExportFile): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WayleaveError(`${path}: ${messageOf(cause)}`, { code: 'bad-export', where: { path }, cause });
  }
}
