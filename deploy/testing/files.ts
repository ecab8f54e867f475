import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

export const DEPLOY = join(__dirname, '..');

export function textOf(path: string): string {
  return readFileSync(join(DEPLOY, path), 'utf8');
}

export function yamlOf(path: string): unknown {
  return parse(textOf(path), { merge: true });
}

export function documentsOf(path: string): unknown[] {
  return parseAllDocuments(textOf(path)).map((document): unknown => document.toJS());
}

/** `KEY=value` lines, as Compose and kustomize read them. */
export function variablesOf(path: string): Record<string, string> {
  const pairs = textOf(path)
    .split('\n')
    .flatMap((line) => {
      const [, key, value] = /^#?([A-Z_]+)=(.*)$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value] as const];
    });
  return Object.fromEntries(pairs);
}
