import type { Service } from '../../analytics/model/service';
import { compareText } from '../../ingest/kernel/text';
import { rangesOf } from '../model/service-range';

/** A filter takes more, but nobody reads it: then the other side alone narrows. */
const LISTED = 100;

interface Ends {
  /** Either end. */
  readonly hosts?: Iterable<string>;
  readonly clients?: Iterable<string>;
  readonly servers?: Iterable<string>;
  readonly services?: readonly Service[];
}

/** Conversations between addresses or prefixes on services, in the filter language. */
export function conversationFilter({ hosts = [], clients = [], servers = [], services = [] }: Ends): string {
  const ports = services.flatMap(rangesOf).map(({ protocol, first, last }) => {
    const port = first === last ? `port ${first}` : `port ${first}-${last}`;
    return `protocol ${protocol} and ${port}`;
  });
  return [
    ...listOf('host', hosts),
    ...listOf('client', clients),
    ...listOf('server', servers),
    ...(ports.length === 0 || ports.length > LISTED ? [] : [anyOf(ports)]),
  ].join(' and ');
}

function listOf(field: string, texts: Iterable<string>): string[] {
  const all = [...new Set(texts)].sort(compareText);
  if (all.length === 0 || all.length > LISTED) return [];
  return [all.length === 1 ? `${field} ${all[0]}` : `${field} in (${all.join(', ')})`];
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 1 ? conditions.join() : `(${conditions.map((each) => `(${each})`).join(' or ')})`;
}
