import { formatPrefix, parseAddress, parsePrefix, type Prefix } from '../../ingest/kernel/ip';
import type { Store } from '../../ingest/store';
import { addressText } from '../conversations/read';
import type { NamedNetwork, Snapshot } from './source';
import { insertAll, networkRow } from './stage';
import { RANKS_SQL } from './trust';

export interface NetworkChanges {
  readonly added: number;
  readonly changed: number;
  readonly ended: number;
  /** The first of them. */
  readonly examples: Readonly<Record<'added' | 'changed' | 'ended', readonly NamedNetwork[]>>;
}

const EXAMPLES = 10;

interface NetworkRow {
  readonly source: string;
  readonly scope: string;
  readonly first: string;
  readonly last: string;
  readonly name: string;
  readonly labels: Record<string, string>;
}

const NETWORKS = `SELECT source, scope, ${addressText('n.first')} AS first, ${addressText('n.last')} AS last, name, labels
  FROM named_networks AS n FINAL WHERE NOT withdrawn`;

/** Networks as sources name them, those of the most trusted source first. */
export async function readNetworks(
  store: Store,
  trust: readonly string[] = [],
): Promise<(NamedNetwork & { readonly source: string })[]> {
  const rows = await store.query<NetworkRow>(
    `SELECT n.* FROM (${NETWORKS}) AS n LEFT JOIN (${RANKS_SQL}) AS r ON r.source = n.source
     ORDER BY r.rank, source, scope, first, last`,
    { trust },
  );
  return rows.map(({ source, scope, name, labels, ...ends }) => ({
    source,
    scope,
    name,
    labels,
    prefix: prefixText(ends),
  }));
}

/** Has a source's networks be those of a snapshot; one that is not complete only adds. Networks have no history. */
export async function saveNetworks(
  store: Store,
  { source, snapshot, version, take }: { source: string; snapshot: Snapshot; version: number; take: boolean },
): Promise<NetworkChanges> {
  const known = new Map((await readNetworks(store)).filter((each) => each.source === source).map((n) => [keyOf(n), n]));
  const said = new Map(snapshot.networks.map(canonical).map((network) => [keyOf(network), network]));
  const added = [...said].filter(([key]) => !known.has(key));
  const changed = [...said].filter(([key, network]) => differs(known.get(key), network));
  const ended = snapshot.complete ? [...known].filter(([key]) => !said.has(key)) : [];
  if (take) {
    await insertAll(store, 'named_networks', [
      ...[...added, ...changed].map(([, network]) => networkRow(source, network, version, false)),
      ...ended.map(([, network]) => networkRow(source, network, version, true)),
    ]);
  }
  const some = (networks: readonly [string, NamedNetwork][]) =>
    networks.slice(0, EXAMPLES).map(([, { prefix, scope, name, labels }]) => ({ prefix, scope, name, labels }));
  return {
    added: added.length,
    changed: changed.length,
    ended: ended.length,
    examples: { added: some(added), changed: some(changed), ended: some(ended) },
  };
}

function canonical(network: NamedNetwork): NamedNetwork {
  return { ...network, prefix: formatPrefix(parsePrefix(network.prefix)) };
}

function keyOf({ scope, prefix }: NamedNetwork): string {
  return `${scope} ${prefix}`;
}

function differs(known: NamedNetwork | undefined, said: NamedNetwork): boolean {
  return known !== undefined && (known.name !== said.name || text(known.labels) !== text(said.labels));
}

function text(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function prefixText({ first, last }: Pick<NetworkRow, 'first' | 'last'>): string {
  const base = parseAddress(first);
  const free = (base ^ parseAddress(last)).toString(2).replace(/^0$/, '').length;
  const prefix: Prefix = { base, length: 128 - free };
  return formatPrefix(prefix);
}
