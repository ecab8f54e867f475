import { randomUUID } from 'node:crypto';
import { WayleaveError } from '../../ingest/kernel/errors';
import type { Store } from '../../ingest/store';
import { addressText } from '../conversations/read';
import { countLasting, findChanges, takeChanges, type Baseline } from './changes';
import { saveListens } from './listens';
import { saveNetworks, type NetworkChanges } from './named-networks';
import type { InventoryReject, Snapshot } from './source';
import { isoText } from './span';
import { saveLogOns, stageClaims } from './stage';
import { nextVersion } from './version';

/** A snapshot and whose word it is. */
export interface Import {
  /** The name of what is imported, the same every time: `aws-prod`, `cmdb`. */
  readonly source: string;
  /** `aws`, `csv`. */
  readonly kind: string;
  readonly snapshot: Snapshot;
  /** Whether it may end most of what its source held; refused unless it says so, as a file may have been left out. */
  readonly mayEndMost?: boolean;
}

export type ChangeKind = 'added' | 'changed' | 'ended';

/** One address of a workload that an import changes. Times ISO 8601. */
export interface Change {
  readonly address: string;
  readonly scope: string;
  readonly key: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Null: as long as anybody knows. */
  readonly since: string | null;
  /** Null: still. */
  readonly until: string | null;
  /** Of what is changed, as it was. */
  readonly wasName: string;
  readonly wasLabels: Readonly<Record<string, string>>;
}

/** What an import changes, in addresses of workloads, or would change. */
export interface ImportReport {
  readonly source: string;
  readonly kind: string;
  /** ISO 8601. */
  readonly asOf: string;
  readonly taken: boolean;
  readonly claims: number;
  readonly added: number;
  readonly changed: number;
  readonly ended: number;
  /** What the source said was somebody's until now. */
  readonly held: number;
  /** Whether it ends so much of that, that it is taken only where `mayEndMost` is said. */
  readonly endsMost: boolean;
  readonly networks: NetworkChanges;
  readonly logOns: number;
  /** What was taken for granted and a person should see. */
  readonly notes: readonly string[];
  readonly rejected: number;
  /** The first of them. */
  readonly rejects: readonly InventoryReject[];
  readonly examples: Readonly<Record<ChangeKind, readonly Change[]>>;
}

const EXAMPLES = 10;
/** Fewer addresses come and go. */
const LEAST_OF_MOST = 10;
const REJECTS_SHOWN = 20;
const KINDS: readonly ChangeKind[] = ['added', 'changed', 'ended'];

/**
 * Compares a snapshot with what its source said before, and, unless it is only to be shown, takes it. Taking the same
 * again changes nothing.
 *
 * @param now when it is imported, epoch milliseconds: what it describes, where it does not say
 * @throws WayleaveError `older-snapshot` when the source has been heard of later than the snapshot describes; `ends-most`
 *   when it would take, and ends most of what the source held without being allowed to
 */
export async function importSnapshot(
  store: Store,
  { source, kind, snapshot, mayEndMost = false }: Import,
  { now, take }: { readonly now: number; readonly take: boolean },
): Promise<ImportReport> {
  const previous = await lastAsOf(store, source);
  const asOf = Math.min(snapshot.asOf ?? now, now);
  if (snapshot.complete) requireNewer(source, asOf, previous);
  const over = snapshot.claims.some(({ addresses }) =>
    addresses.some(({ until }) => until !== undefined && until <= asOf),
  );
  const baseline: Baseline = { id: randomUUID(), source, asOf, previous, complete: snapshot.complete, over };
  try {
    const claims = await stageClaims(store, baseline.id, snapshot.claims);
    await findChanges(store, baseline);
    const counts = await countChanges(store, baseline.id);
    const { held, ended } = await countLasting(store, baseline);
    const endsMost = snapshot.complete && ended >= LEAST_OF_MOST && 2 * ended > held;
    if (take && endsMost && !mayEndMost) throw endingMost(source, ended, held);
    const examples = await exampleChanges(store, baseline.id);
    const version = await nextVersion(store);
    const networks = await saveNetworks(store, { source, snapshot, version, take });
    if (take) {
      await takeChanges(store, baseline, version);
      await saveLogOns(store, source, snapshot.logOns, version);
      await saveListens(store, snapshot.claims, asOf);
      await store.insert('inventory_imports', [
        {
          source,
          kind,
          imported: now * 1e3,
          as_of: asOf,
          complete: snapshot.complete,
          version,
          claims,
          ...counts,
          rejected: snapshot.rejects.length,
        },
      ]);
    }
    return {
      source,
      kind,
      asOf: new Date(asOf).toISOString(),
      taken: take,
      claims,
      ...counts,
      held,
      endsMost,
      networks,
      logOns: snapshot.logOns.length,
      notes: snapshot.notes ?? [],
      examples,
      rejected: snapshot.rejects.length,
      rejects: snapshot.rejects.slice(0, REJECTS_SHOWN),
    };
  } finally {
    await clear(store, baseline.id);
  }
}

/** What the last complete import of a source described. */
async function lastAsOf(store: Store, source: string): Promise<number | undefined> {
  const [last] = await store.query<{ asOf: number }>(
    `SELECT toUnixTimestamp64Milli(max(as_of)) AS asOf FROM inventory_imports WHERE source = {source:String} AND complete HAVING count() > 0`,
    { source },
  );
  return last?.asOf;
}

function requireNewer(source: string, asOf: number, previous: number | undefined): void {
  if (previous === undefined || asOf >= previous) return;
  const [older, newer] = [asOf, previous].map((time) => new Date(time).toISOString());
  throw new WayleaveError(
    `${source} was last imported as of ${newer}, and this is as of ${older}: what a source said is taken in the order ` +
      `of its times. Import it under a name of its own to have it beside`,
    { code: 'older-snapshot', where: { source } },
  );
}

function endingMost(source: string, ended: number, held: number): WayleaveError {
  return new WayleaveError(
    `this would end ${ended} of the ${held} addresses that ${source} held: is a file of it left out, or is it another ` +
      'source? If they are gone, say so: --ends-most, or endsMost=true over HTTP',
    { code: 'ends-most', where: { source } },
  );
}

async function countChanges(store: Store, id: string): Promise<Record<ChangeKind, number>> {
  const rows = await store.query<{ change: ChangeKind; changes: number }>(
    'SELECT change, count() AS changes FROM claim_changes WHERE import = {id:UUID} GROUP BY change',
    { id },
  );
  const of = (kind: ChangeKind) => rows.find(({ change }) => change === kind)?.changes ?? 0;
  return { added: of('added'), changed: of('changed'), ended: of('ended') };
}

async function exampleChanges(store: Store, id: string): Promise<Record<ChangeKind, Change[]>> {
  const rows = await store.query<Change & { change: ChangeKind }>(
    `SELECT change, ${addressText('c.address')} AS address, scope, key, name, labels, ${isoText('c.since')} AS since,
       ${isoText('c.until')} AS until, was_name AS wasName, was_labels AS wasLabels
     FROM claim_changes AS c WHERE import = {id:UUID} AND change IN {kinds:Array(String)}
     ORDER BY change, name, c.address LIMIT {examples:UInt32} BY change`,
    { id, kinds: KINDS, examples: EXAMPLES },
  );
  const of = (kind: ChangeKind) => rows.flatMap(({ change, ...row }) => (change === kind ? [row] : []));
  return { added: of('added'), changed: of('changed'), ended: of('ended') };
}

async function clear(store: Store, id: string): Promise<void> {
  for (const table of ['staged_claims', 'claim_changes'])
    for (const statement of store.layout.alter(table, `DROP PARTITION '${id}'`)) await store.command(statement);
}
