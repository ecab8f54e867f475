import { allOf, textList } from '../lines/values';
import { CONNECTION_FIELDS, PROTOCOL_FIELDS, type ZeekField, type ZeekLine } from './line';
import { TELLING_FIELDS } from './logs';

const NAME_FIELDS = ['_path', '@stream', '_system_name', '@system'];
const ENDPOINTS = ['orig_h', 'orig_p', 'resp_h', 'resp_p'];
const CONNECTION: ReadonlySet<string> = new Set(CONNECTION_FIELDS);

/**
 * One JSON object per line. Endpoints are `id.orig_h` as Zeek writes them, or `id_orig_h` or an object `id` as shippers
 * do; the log is named by `_path` or `@stream`, or told by its fields.
 *
 * Of what the engine offers, one `JSONExtract` into a tuple of strings is the fastest that is also exact: on 1 M lines of
 * conn 600 k lines/s, against 430 k for all keys and values raw, 150 k for a call per key and 120 k for the JSON type
 * (`simpleJSONExtract` does 1.3 M, but takes keys of nested objects for those of the line and no space after a colon).
 * What few lines have is in tuples of their own, each in an array that is empty where the line is not read again.
 */
export const jsonLine: ZeekLine = {
  stages: [
    // One byte that is not UTF-8 would make the engine refuse the whole line. Some converters from TSV keep its mark for
    // what is unset; inside of a string such quotes are escaped.
    { text: `replaceAll(replaceAll(toValidUTF8(line), ':"-"', ':""'), ': "-"', ': ""')` },
    { c: extract('text', [...NAME_FIELDS, ...CONNECTION_FIELDS]) },
    { name: `if(c.\`_path\` != '', c.\`_path\`, c.\`@stream\`)` },
    { stated_log: `concat(name, if(name = '' AND c.conn_state != '', 'conn', ''))` },
    {
      p: unless(`stated_log = 'conn'`, extract(`text`, PROTOCOL_FIELDS)),
      other: unless(
        `c.\`id.orig_h\` != ''`,
        extract(
          'text',
          ENDPOINTS.map((name) => `id_${name}`),
          `id Tuple(${ENDPOINTS.map((name) => `${name} String`).join(', ')})`,
        ),
      ),
      told_log: `if(stated_log = '', ${toldLog('text')}, '')`,
    },
  ],
  // The last is always true: it has what is parsed worked out here, once (see `allOf`).
  whole: allOf(`startsWith(trimLeft(line), '{')`, `c.ts != ''`, `length(p) + length(other) >= 0`),
  header: `(trimBoth(line) = '')`,
  broken: `if(isValidJSON(text), 'the line is no JSON object with a ts', 'the line is not valid JSON')`,
  path: `concat(stated_log, told_log)`,
  reporter: `if(c.\`_system_name\` != '', c.\`_system_name\`, c.\`@system\`)`,
  plain: `(position(line, 'orig_h":"') > 0 AND position(line, '"proto":"') > 0)`,
  conn: `(position(line, '"conn_state":"') > 0)`,
  field: fieldOf,
  list: (name) => `JSONExtract(${fieldOf(name)}, 'Array(String)')`,
};

function extract(text: string, names: readonly string[], ...more: string[]): string {
  return `JSONExtract(${text}, 'Tuple(${[...names.map((name) => `\`${name}\` String`), ...more].join(', ')})')`;
}

function unless(condition: string, value: string): string {
  return `if(${condition}, [], [${value}])`;
}

/** The first log that has all its telling fields, of a line that does not name it. */
function toldLog(text: string): string {
  const logs = TELLING_FIELDS.map(([log]) => log);
  const fields = TELLING_FIELDS.map(([, ...names]) => textList(names));
  const given = `arrayMap(pair -> pair.1, arrayFilter(pair -> pair.2 NOT IN ('""', 'null', '[]'), JSONExtractKeysAndValuesRaw(${text})))`;
  return `arrayFirst((log, names) -> hasAll(${given}, names), ${textList(logs)}, [${fields.join(', ')}])`;
}

function fieldOf(name: ZeekField): string {
  const direct = CONNECTION.has(name) ? `c.\`${name}\`` : `p.\`${name}\`[1]`;
  if (!name.startsWith('id.')) return direct;
  const part = name.slice('id.'.length);
  // Two of the three are empty.
  return `concat(${direct}, other.id_${part}[1], other.id.${part}[1])`;
}
