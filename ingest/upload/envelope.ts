import { jsonObjects } from '../decode/lines/json-head';

/**
 * Where shippers put the line they carry: `message` in CloudWatch Logs events, Firehose, Filebeat, Logstash and Vector,
 * `log` in Fluent Bit and Docker.
 */
const LINE_FIELDS = ['message', 'log'] as const;

/** Keys of documents with log events: subscriptions (`logEvents`), the CloudWatch Logs API (`events`), Firehose (`records`). */
export const EVENT_KEYS = ['logEvents', 'events', 'records'] as const;

/** What CloudWatch Logs sends to try a destination. */
const CONTROL_MESSAGE = 'CWL CONTROL MESSAGE';

export type LineField = (typeof LINE_FIELDS)[number];

/** The carried lines among the first lines of a file, by the field they are in. */
export function* carriedLines(head: Uint8Array): Generator<{ field: LineField; head: Uint8Array }> {
  const objects = jsonObjects(head);
  for (const field of LINE_FIELDS) {
    const lines = objects
      .map((object): unknown => Reflect.get(object, field))
      .filter((line): line is string => typeof line === 'string' && !line.startsWith(CONTROL_MESSAGE));
    if (lines.length > 0) yield { field, head: Buffer.from(lines.map((line) => line.trimEnd()).join('\n')) };
  }
}

/** The carried line, over `line`. A line that carries none stays as it is, for the format to refuse; control messages go. */
export function carriedLine(field: LineField): string {
  const carried = `JSONExtractString(line, '${field}')`;
  return `multiIf(${carried} = '', line, startsWith(${carried}, '${CONTROL_MESSAGE}'), '', replaceRegexpOne(${carried}, '\\s+$', ''))`;
}

/** Base64 in `data`, as Firehose delivers over HTTP; undefined when a record is something else. */
export function dataOf(record: Uint8Array): Buffer | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(record).toString('utf8'));
    const data: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'data') : undefined;
    return typeof data === 'string' && BASE64.test(data) ? Buffer.from(data, 'base64') : undefined;
  } catch {
    return undefined;
  }
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
