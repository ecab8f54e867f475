import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { messageOf, WayleaveError } from '../../../ingest/kernel/errors';
import { readRuleset } from '../../../recommender/import';
import { policyView } from '../../policy-view';
import type { Session } from '../session';
import { personOf } from './person';

export interface ImportOptions {
  readonly backend: string;
  readonly name: string;
  readonly known?: string;
  readonly dryRun: boolean;
  readonly reason: string;
  readonly by?: string;
}

const MOST_BYTES = 64 * 2 ** 20;

export async function importPolicy(session: Session, paths: readonly string[], options: ImportOptions): Promise<void> {
  const files = await Promise.all(paths.map(async (path) => ({ path: basename(path), text: await read(path) })));
  const { policies, clock } = await session.open();
  const known = options.known === undefined ? undefined : (await policies.revision(options.known)).body;
  const { policy, remarks } = readRuleset(options.backend, files, { name: options.name, created: clock(), known });
  const rules = policy.sections.reduce((sum, section) => sum + section.rules.length, 0);
  const found = `${rules} rules, ${policy.groups.length} groups; proved: they let through what the files do`;
  const told = [found, ...remarks.map((remark) => `  ${remark}`)].join('\n');
  if (options.dryRun) return session.answer({ body: policy, remarks, policy: null }, () => `${told}\n`);
  const actor = { by: personOf(session, options.by), reason: options.reason };
  const made = policyView(await policies.createFrom({ kind: 'body', body: policy }, options.name, actor));
  session.answer(
    { body: policy, remarks, policy: made },
    () => `${told}\n${made.name} is policy ${made.id}, a draft: tidy it up next (wayleave policy cleanup)\n`,
  );
}

async function read(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= MOST_BYTES) return await readFile(path, 'utf8');
    throw new WayleaveError(`${path} has ${size} bytes; expected at most ${MOST_BYTES}`, { code: 'bad-ruleset' });
  } catch (cause) {
    if (cause instanceof WayleaveError) throw cause;
    throw new WayleaveError(`${path}: ${messageOf(cause)}`, { code: 'not-found', where: { path }, cause });
  }
}
