import { z } from 'zod';
import { messageOf, WayleaveError } from '../../ingest/kernel/errors';
import type { EnforcementPoint, ExportFile } from '../export/backend';
import { documentSchema } from '../export/json/schema';
import { BACKENDS } from '../export/registry';
import type { Policy } from '../model/policy';
import { assemble, type Naming } from './assemble';
import type { Draft } from './draft';
import { readKubernetes } from './kubernetes';
import { readNftables } from './nftables';
import { proveImport } from './prove';

/** What was read, and what of the files the policy does not say. */
export interface ImportedRuleset {
  readonly policy: Policy;
  /** In words, naming file and place. */
  readonly remarks: readonly string[];
}

const MAX_FILES = 1000;
/** Of all files together; a cluster of 10,000 pods as JSON is less than that. */
const MAX_CHARACTERS = 64 * 1024 * 1024;

interface Reader {
  read(files: readonly ExportFile[]): Draft;
  /** Of what the backend's importer finds, what was read. */
  isMeant(point: EnforcementPoint): boolean;
}

const READERS: ReadonlyMap<string, Reader> = new Map([
  ['nftables', nftablesAt('forward')],
  ['nftables-host', nftablesAt('input', 'output')],
  ['kubernetes', { read: readKubernetes, isMeant: () => true }],
]);

function nftablesAt(...hooks: readonly string[]): Reader {
  return {
    read: (files) => readNftables(files, hooks),
    isMeant: ({ name }) => hooks.some((hook) => name === `${hook} hook`),
  };
}

/**
 * An existing ruleset as a policy to start from, in any format that we write. What was read is proved: the policy lets
 * through what the files do, as the backend's own importer reads them.
 *
 * ```ts
 * readRuleset('nftables', [{ path: 'router.nft', text }], { name: 'router', created: new Date() }).policy;
 * ```
 * @throws WayleaveError `not-found` for an unknown backend; `bad-export` or `bad-ruleset` naming file, place and what was
 * expected; `import-differs` with a packet
 */
export function readRuleset(backend: string, files: readonly ExportFile[], naming: Naming): ImportedRuleset {
  const found = BACKENDS.get(backend);
  if (!found) {
    throw new WayleaveError(`there is no backend "${backend}"; there are ${[...BACKENDS.keys()].join(', ')}`, {
      code: 'not-found',
    });
  }
  checkSize(files);
  const reader = READERS.get(backend);
  if (!reader) return { policy: readDocument(files), remarks: [] };
  const draft = reader.read(files);
  const policy = assemble(draft, naming);
  const points = found.import(files).filter((point) => reader.isMeant(point));
  return { policy, remarks: [...draft.remarks, ...proveImport(policy, points)] };
}

function checkSize(files: readonly ExportFile[]): void {
  const characters = files.reduce((sum, { text }) => sum + text.length, 0);
  if (files.length >= 1 && files.length <= MAX_FILES && characters <= MAX_CHARACTERS) return;
  throw new WayleaveError(
    `there are ${files.length} files of ${characters} characters; expected 1 to ${MAX_FILES} files of at most ${MAX_CHARACTERS} characters together`,
    { code: 'bad-ruleset' },
  );
}

/** Our own document is the policy itself. */
function readDocument(files: readonly ExportFile[]): Policy {
  const [file, ...more] = files;
  if (!file || more.length > 0) throw new WayleaveError('a JSON policy is one file', { code: 'bad-ruleset' });
  let document: unknown;
  try {
    document = JSON.parse(file.text);
  } catch (cause) {
    throw new WayleaveError(`${file.path}: ${messageOf(cause)}`, {
      code: 'bad-ruleset',
      where: { path: file.path },
      cause,
    });
  }
  const parsed = documentSchema.safeParse(document);
  if (parsed.success) return parsed.data.policy;
  throw new WayleaveError(`${file.path}: ${z.prettifyError(parsed.error)}`, {
    code: 'bad-ruleset',
    where: { path: file.path },
  });
}
