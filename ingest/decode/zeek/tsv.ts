import { allOf, textConstant } from '../lines/values';
import type { TsvHeader } from './header';
import { LOGS } from './logs';
import type { ZeekField, ZeekLine } from './line';

/**
 * Lines of a TSV log with this header. Nothing of the header goes into SQL but positions, lengths and hex digits.
 *
 * The engine keeps no order of lines, so one file can only have the columns of the header it starts with. Of logs that
 * were joined, a later `#fields` that differs is rejected, and so are the lines below it that have another number of
 * fields, or anything but an address, port, count, time or protocol where the first header has one. What has the same
 * shape by chance cannot be told apart.
 */
export function tsvLine(header: TsvHeader): ZeekLine {
  const { fields } = header;
  const unset = `(${textConstant(header.unset)}, ${textConstant(header.empty)})`;
  const raw = (name: ZeekField): string | undefined => {
    const index = fields.indexOf(name) + 1;
    if (index === 0) return undefined;
    // The last field keeps the carriage return of a CRLF file.
    return index === fields.length ? `trim(TRAILING '\\r' FROM f[${index}])` : `f[${index}]`;
  };
  const field = (name: ZeekField): string => {
    const text = raw(name);
    return text === undefined ? `''` : `if(${text} IN ${unset}, '', ${text})`;
  };
  const isConn = header.path === 'conn';
  const data = `NOT startsWith(line, '#') AND line NOT IN ('', '\\r')`;
  const otherFields = `startsWith(line, '#fields') AND trim(TRAILING '\\r' FROM line) != ${textConstant(header.fieldsLine)}`;
  return {
    stages: [{ f: `splitByChar(${textConstant(header.separator)}, line)` }],
    whole: allOf(`NOT startsWith(line, '#')`, `line NOT IN ('', '\\r')`, `length(f) = ${fields.length}`),
    header: `(line IN ('', '\\r') OR startsWith(line, '#') AND NOT (${otherFields}))`,
    broken: `if(startsWith(line, '#'), 'other #fields than those the file starts with: what follows belongs into a file of its own', concat('expected ${fields.length} fields, found ', toString(length(f))))`,
    path: textConstant(header.path),
    reporter: `''`,
    plain: isConn || Object.hasOwn(LOGS, header.path) ? `(${data})` : 'false',
    conn: isConn ? 'true' : 'false',
    field,
    list: (name) => {
      const text = raw(name);
      if (text === undefined) return 'emptyArrayString()';
      return `if(${text} IN ${unset}, emptyArrayString(), splitByChar(${textConstant(header.setSeparator)}, ${text}))`;
    },
  };
}
