import { WayleaveError } from '../../kernel/errors';

/** The order of version 2, which is what a log without a header line is in. */
const DEFAULT_FIELDS =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'.split(
    ' ',
  );

const DEFAULT_LINE = /^2 \S+ \S+ \S+ \S+ \S+ \S+ \S+ \S+ \S+ \d+ \d+ \S+ (OK|NODATA|SKIPDATA)$/;
/** What CloudWatch Logs puts before each line when it exports a log group to S3. */
const EXPORT_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z /;
const FIELD_NAME = /^[a-z][a-z0-9-]*$/;

/** Whether flows can be told from these fields. */
function nameEndpoints(names: readonly string[]): boolean {
  const has = (name: string): boolean => names.includes(name) || names.includes(`pkt-${name}`);
  return has('srcaddr') && has('dstaddr');
}

/**
 * The fields of a log, in order: from its header line, or version 2's when the first line is data of that shape. AWS adds
 * fields with every version, so unknown names are passed over rather than refused.
 */
export function fieldsFromHead(head: Uint8Array): readonly string[] | undefined {
  const line = firstLine(head);
  const names = line.split(/ +/);
  if (names.every((name) => FIELD_NAME.test(name)) && nameEndpoints(names)) return names;
  if (DEFAULT_LINE.test(line)) return DEFAULT_FIELDS;
  const exported = line.replace(EXPORT_TIME, '');
  return exported !== line && DEFAULT_LINE.test(exported) ? ['exported', ...DEFAULT_FIELDS] : undefined;
}

/**
 * The fields of a format string as AWS takes it: `${version} ${srcaddr} ${dstaddr}`.
 *
 * @throws WayleaveError `bad-field-list`
 */
export function fieldsFromFormat(format: string): readonly string[] {
  const names = format
    .trim()
    .split(/\s+/)
    .map((part) => part.replace(/^\$\{(.*)\}$/, '$1'));
  const odd = names.find((name) => !FIELD_NAME.test(name));
  if (odd !== undefined || !nameEndpoints(names)) {
    const problem = odd === undefined ? 'it names no srcaddr and dstaddr' : `"${odd}" is no field name`;
    throw new WayleaveError(
      `flow log format "${format}": ${problem}; expected something like "\${srcaddr} \${dstaddr} \${action}"`,
      {
        code: 'bad-field-list',
        where: { format },
      },
    );
  }
  return names;
}

function firstLine(head: Uint8Array): string {
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1');
  return /^(?:\xef\xbb\xbf)?\s*([^\r\n]*)/.exec(text)?.[1]?.trim() ?? '';
}
