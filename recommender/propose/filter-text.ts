import type { Dependency } from '../../analytics/model/dependency';
import type { Workload } from '../../analytics/model/workload';
import { formatAddress, parseAddress } from '../../ingest/kernel/ip';
import { hasPorts } from '../../ingest/kernel/port';
import { unionOf } from '../model/address-set';

/** What the filter language takes (api/docs/queries.md). */
const LONGEST = 8_192;
const MOST_VALUES = 1_024;

/**
 * What `wayleave conversations` takes to show the conversations that dependencies stand for, and only conversations of
 * the same clients with the same servers on the same ports; undefined where that would be too long to ask.
 *
 * @param dependencies of one rule, so that clients, servers and ports go together
 */
export function filterText(
  dependencies: readonly Dependency[],
  workloads: ReadonlyMap<string, Workload>,
): string | undefined {
  const ends = (ids: Iterable<string>) => addressesText(ids, workloads);
  const client = ends(new Set(dependencies.map(({ client }) => client)));
  const server = ends(new Set(dependencies.map(({ server }) => server)));
  const services = servicesText(dependencies);
  if (client === undefined || server === undefined || services === undefined) return undefined;
  const text = `client ${client} and server ${server} and ${services}`;
  return text.length <= LONGEST ? text : undefined;
}

function addressesText(ids: Iterable<string>, workloads: ReadonlyMap<string, Workload>): string | undefined {
  const addresses = [...ids].flatMap((id) => workloads.get(id)?.addresses ?? []).map(parseAddress);
  const ranges = unionOf([addresses.map((address) => ({ first: address, last: address }))]).map(({ first, last }) =>
    first === last ? formatAddress(first) : `${formatAddress(first)}-${formatAddress(last)}`,
  );
  return listText(ranges);
}

function servicesText(dependencies: readonly Dependency[]): string | undefined {
  const ports = new Map<number, Set<number>>();
  for (const { service, ports: own } of dependencies) {
    const known = ports.get(service.protocol) ?? new Set();
    ports.set(service.protocol, known);
    for (const port of own) known.add(port);
  }
  const parts: string[] = [];
  for (const [protocol, numbers] of [...ports].sort(([a], [b]) => a - b)) {
    const list = listText(rangesText([...numbers]));
    if (list === undefined) return undefined;
    const bare = !hasPorts(protocol) && [...numbers].every((number) => number === 0);
    parts.push(bare ? `protocol ${protocol}` : `protocol ${protocol} and port ${list}`);
  }
  return parts.length === 1 ? parts[0] : `(${parts.map((part) => `(${part})`).join(' or ')})`;
}

function rangesText(numbers: readonly number[]): string[] {
  const ranges: { first: number; last: number }[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const previous = ranges.at(-1);
    if (previous && number === previous.last + 1) previous.last = number;
    else ranges.push({ first: number, last: number });
  }
  return ranges.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`));
}

function listText(values: readonly string[]): string | undefined {
  if (values.length === 0 || values.length > MOST_VALUES) return undefined;
  return values.length === 1 && !(values[0] ?? '').includes('-') ? values[0] : `in (${values.join(', ')})`;
}
