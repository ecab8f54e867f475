import { createFilter } from '../model/decide';
import type { Policy } from '../model/policy';
import { ifEnforced } from '../model/staging';
import { WayleaveError } from '../../ingest/kernel/errors';
import type { Backend, ExportFile } from './backend';
import { compare } from './compare';

/** A rendered policy with one thing wrong. */
export interface Mutant {
  readonly what: string;
  readonly files: readonly ExportFile[];
}

/** The mutants that the importer reads and the comparison takes for the policy. */
export function survivors(policy: Policy, backend: Backend, mutants: readonly Mutant[]): string[] {
  const [filter, enforced] = [createFilter(policy), createFilter(ifEnforced(policy))];
  const differs = (files: readonly ExportFile[]): boolean => {
    const points = backend.import(files);
    const staged = points.flatMap((point) => (point.staged ? [{ ...point, filter: point.staged }] : []));
    if (!compare(filter, points).next().done) return true;
    return staged.length > 0 && !compare(enforced, staged).next().done;
  };
  return mutants.filter(({ files }) => !caught(() => differs(files))).map(({ what }) => what);
}

function caught(differs: () => boolean): boolean {
  try {
    return differs();
  } catch (error) {
    if (error instanceof WayleaveError) return true;
    throw error;
  }
}

/** Every way to apply one edit once. @param edits by name: a pattern with its replacement; undefined drops the line */
export function mutateLines(
  files: readonly ExportFile[],
  edits: Readonly<Record<string, readonly [RegExp, ((match: string) => string) | undefined]>>,
): Mutant[] {
  return files.flatMap((file) => {
    const lines = file.text.split('\n');
    return lines.flatMap((line, at) =>
      Object.entries(edits).flatMap(([name, [pattern, replace]]): Mutant[] => {
        const edited = replace ? [line.replace(pattern, replace)] : pattern.test(line) ? [] : [line];
        if (edited[0] === line) return [];
        const text = lines.toSpliced(at, 1, ...edited).join('\n');
        return [
          { what: `${name}: ${line.trim()}`, files: files.map((each) => (each === file ? { ...file, text } : each)) },
        ];
      }),
    );
  });
}

type Json = unknown;

/** Every element of every list dropped once, and every edit applied once to every value it changes. */
export function mutateTree(
  tree: Json,
  edit: (key: string, value: Json) => readonly Json[],
): { what: string; tree: Json }[] {
  const mutate = (value: Json, path: string, rebuild: (changed: Json) => Json): { what: string; tree: Json }[] => {
    const changes = edit(path.split('.').at(-1) ?? '', value).filter((changed) => changed !== value);
    const own = changes.map((changed) => ({ what: `${path} = ${JSON.stringify(changed)}`, tree: rebuild(changed) }));
    if (Array.isArray(value)) {
      const drops = value.map((_, i) => ({ what: `${path}[${i}] dropped`, tree: rebuild(value.toSpliced(i, 1)) }));
      return [
        ...own,
        ...drops,
        ...value.flatMap((item, i) => mutate(item, `${path}.${i}`, (changed) => rebuild(value.with(i, changed)))),
      ];
    }
    if (typeof value !== 'object' || value === null) return own;
    return [
      ...own,
      ...Object.entries(value).flatMap(([key, item]) =>
        mutate(item, `${path}.${key}`, (changed) => rebuild({ ...value, [key]: changed })),
      ),
    ];
  };
  return mutate(tree, '', (changed) => changed);
}

/** `10.0.1.1` and `10.0.1.0/24` to their surroundings. */
export function widened(address: string): string {
  if (address.includes(':')) return '2000::/4';
  const [a = '', b = ''] = address.split('.');
  return address.endsWith('/24') ? `${a}.${b}.0.0/16` : address.replace(/\.\d+(?:\/32)?$/, '.0/24');
}
