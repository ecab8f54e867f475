import type { Service } from '../../analytics/model/service';
import { compareText } from '../../ingest/kernel/text';
import { rangesOf } from '../model/service-range';

/** A filter takes more, but nobody reads it: then the other side alone narrows. */
const LISTED = 100;

interface Ends {
  readonly clients?: Iterable<string>;
  readonly servers?: Iterable<string>;
  readonly services?: readonly Service[];
  /** Epoch seconds; whole seconds in the filter language are UTC. */
  readonly since?: number;
}

/** Conversations between addresses or prefixes on services, in the filter language. */
export function conversationFilter({ clients = [], servers = [], services = [], since }: Ends): string {
  const ports = services.flatMap(rangesOf).map(({ protocol, first, last }) => {
    const port = first === last ? `port ${first}` : `port ${first}-${last}`;
    return `protocol ${protocol} and ${port}`;
  });
  return [
    ...listOf('client', clients),
    ...listOf('server', servers),
    ...(ports.length === 0 || ports.length > LISTED ? [] : [anyOf(ports)]),
    ...(since === undefined ? [] : [`last_seen >= ${new Date(since * 1000).toISOString().slice(0, 19)}`]),
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
