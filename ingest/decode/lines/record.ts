import { firstFields, splitCsv, soundCsv } from './csv';
import { extractJson, TEXT, type JsonKeys } from './json';
import type { LinePlan } from './plan';
import { quote } from './sql';

/** How the values of a line are got at. */
export interface RecordShape extends Pick<LinePlan, 'bindings' | 'formed' | 'malformed' | 'passed'> {
  /** SQL for the text of a value; undefined where lines have no such value. */
  text(path: readonly string[]): string | undefined;
}

/**
 * @param names of the columns, in order
 * @param header the line that names them, where the file has one
 */
export function csvRecord(names: readonly string[], separator: string, header?: string): RecordShape {
  return {
    bindings: [
      ['l', `trimRight(replaceOne(line, '\\xEF\\xBB\\xBF', ''), '\\r')`],
      ['f', splitCsv('l', separator)],
    ],
    formed: `length(f) = ${names.length} AND ${soundCsv('l', separator)}`,
    malformed: `concat('expected ${names.length} fields, found ', toString(length(f)), if(${soundCsv('l', separator)}, '', ' and a stray quote'))`,
    ...(header === undefined ? {} : { passed: `l = ${quote(header)}` }),
    text: ([name, ...deeper]) => {
      const index = deeper.length > 0 ? -1 : names.indexOf(name ?? '');
      return index < 0 ? undefined : `trimBoth(f[${index + 1}])`;
    },
  };
}

/** The shape of a CSV file by its first line. */
export function csvRecordOf(head: Uint8Array, separator: string): RecordShape {
  const { names, line } = firstFields(head, separator);
  return csvRecord(names, separator, line);
}

/** @param paths everything that will be asked for; none may lead on from where another ends */
export function jsonRecord(paths: readonly (readonly string[])[]): RecordShape {
  return {
    bindings: [['j', extractJson('line', tree(paths))]],
    formed: `match(line, '^\\\\s*\\\\{') AND isValidJSON(line)`,
    malformed: `'the line is no JSON object'`,
    text: (path) => path.reduce((object, key) => `tupleElement(${object}, ${quote(key)})`, 'j'),
  };
}

function tree(paths: readonly (readonly string[])[]): JsonKeys {
  const keys = new Map<string, (readonly string[])[]>();
  for (const [key, ...deeper] of paths) if (key !== undefined) keys.set(key, [...(keys.get(key) ?? []), deeper]);
  return Object.fromEntries(
    [...keys].map(([key, below]) => [key, below.some((path) => path.length === 0) ? TEXT : tree(below)]),
  );
}
