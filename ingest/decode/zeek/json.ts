import { allOf } from '../values';
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
 * What only other logs have is therefore in a second tuple, for which lines of conn are not read again.
 */
export const jsonLine: ZeekLine = {
  stages: [
    // One byte that is not UTF-8 would make the engine refuse the whole line.
    { text: `if(isValidUTF8(line), line, toValidUTF8(line))` },
    { c: extract('text', [...NAME_FIELDS, ...CONNECTION_FIELDS]) },
    { name: `if(c.\`_path\` != '', c.\`_path\`, c.\`@stream\`)` },
    { is_conn: `(name = 'conn' OR name = '' AND c.conn_state != '')` },
    {
      p: extract(`if(is_conn, '', text)`, PROTOCOL_FIELDS),
      other: extract(
        `if(c.\`id.orig_h\` != '', '', text)`,
        ENDPOINTS.map((name) => `id_${name}`),
        `id Tuple(${ENDPOINTS.map((name) => `${name} String`).join(', ')})`,
      ),
    },
    {
      told: `multiIf(${TELLING_FIELDS.map(
        ([log, ...fields]) => `${fields.map((name) => `${fieldOf(name)} != ''`).join(' AND ')}, '${log}'`,
      ).join(', ')}, is_conn, 'conn', '')`,
    },
  ],
  // The last is always true: it has what is parsed worked out here, once (see `allOf`).
  whole: allOf(`startsWith(trimLeft(line), '{')`, `c.ts != ''`, `length(told) + length(other.id_orig_h) >= 0`),
  header: `(trimBoth(line) = '')`,
  broken: `if(isValidJSON(text), 'the line is no JSON object with a ts', 'the line is not valid JSON')`,
  path: `[told, name][1 + (name != '')]`,
  reporter: `if(c.\`_system_name\` != '', c.\`_system_name\`, c.\`@system\`)`,
  plain: `(position(line, 'orig_h":"') > 0 AND position(line, '"proto":"') > 0)`,
  conn: `(position(line, '"conn_state":"') > 0)`,
  field: (name) => given(fieldOf(name)),
  list: (name) => `JSONExtract(${fieldOf(name)}, 'Array(String)')`,
};

function extract(text: string, names: readonly string[], ...more: string[]): string {
  return `JSONExtract(${text}, 'Tuple(${[...names.map((name) => `\`${name}\` String`), ...more].join(', ')})')`;
}

function fieldOf(name: ZeekField): string {
  const direct = CONNECTION.has(name) ? `c.\`${name}\`` : `p.\`${name}\``;
  if (!name.startsWith('id.')) return direct;
  const part = name.slice('id.'.length);
  // Two of the three are empty.
  return `concat(${direct}, other.id_${part}, other.id.${part})`;
}

/** Some converters from TSV keep its mark for what is unset. */
function given(text: string): string {
  return `if(${text} = '-', '', ${text})`;
}
