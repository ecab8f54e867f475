import { neighbourhood } from '../../analytics/inventory/networks';
import type { Service } from '../../analytics/model/service';
import { formatPrefix, parseAddress, prefixOf } from '../../ingest/kernel/ip';
import { compareText } from '../../ingest/kernel/text';
import { rangesOf } from '../model/service-range';

/** A filter takes more, but nobody reads it: then networks stand for addresses, or the other side alone narrows. */
const LISTED = 8;

interface Ends {
  /** Either end. */
  readonly hosts?: Iterable<string>;
  readonly clients?: Iterable<string>;
  readonly servers?: Iterable<string>;
  readonly services?: readonly Service[];
}

/** Conversations between addresses or prefixes on services, in the filter language; others of their networks where they are many. */
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
  const exact = [...new Set(texts)];
  const all = exact.length > LISTED ? [...new Set(exact.map(networkOf))] : exact;
  if (all.length === 0 || all.length > LISTED) return [];
  return [all.length === 1 ? `${field} ${all[0]}` : `${field} in (${all.sort(compareText).join(', ')})`];
}

function networkOf(text: string): string {
  if (text.includes('/')) return text;
  const address = parseAddress(text);
  return formatPrefix(prefixOf(address, neighbourhood(address)));
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 1 ? conditions.join() : `(${conditions.map((each) => `(${each})`).join(' or ')})`;
}
