import type { SqlParams, Store } from '../../ingest/store';
import { HANDOVERS_SQL } from '../inventory/handovers';
import { inspectBatch, type Batch } from './batch';
import { conversationsSql } from './direction';
import {
  ANSWERERS_SQL,
  BLIND_POINTS_SQL,
  KNOWN_LISTENERS_SQL,
  RELAYS_SQL,
  rulingsSql,
  type KnownBeside,
} from './evidence';
import type { ServicePorts } from '../services';
import { LEARN_LISTENERS_SQL } from './listeners';
import {
  END_USES_SQL,
  ENDS_SQL,
  REPEATED_HOURS_SQL,
  REPETITIONS_SQL,
  ROLES_SQL,
  WEIGHED_SQL,
  WEIGHTS_SQL,
} from './weighing';
import { createSessionsSql, ON_DISK, exactSessionsSql, sessionsSql } from './sessions';

interface Hours {
  /** Epoch seconds. */
  readonly hours: readonly number[];
  readonly flows: number;
  /** Of the rows to be written. */
  readonly version: number;
  /** When what is learned here was learned, epoch microseconds. */
  readonly learned: number;
  readonly ports: ServicePorts;
  readonly flowsAtOnce: number;
}

/** What is put together on the way; nothing of it outlives the hours it is for. */
const WORK = [
  'sessions',
  'known_listeners',
  'relays',
  'answerers',
  'ruled',
  'weighed',
  'ends',
  'end_uses',
  'roles',
  'weights',
  'handovers',
] as const;

type Work = (typeof WORK)[number];

/**
 * Writes the conversations of some hours under a version, and what they teach.
 *
 * @returns other hours, epoch seconds, in which something can now be decided that could not be then
 */
export async function rollUpHours(
  store: Store,
  { hours, flows, version, learned, ports, flowsAtOnce }: Hours,
): Promise<number[]> {
  const batch = await inspectBatch(store, hours, flows);
  const given: SqlParams = {
    hours,
    version,
    learned,
    from: Math.min(...hours),
    to: Math.max(...hours),
    registered: numbered(ports.registered),
    common: numbered(ports.common),
    drawn: numbered(ports.drawn),
    oneWay: numbered(ports.oneWay),
    ...pointParams(batch),
  };
  const large = flows > flowsAtOnce;
  await clear(store);
  try {
    await putSessionsTogether(store, batch, given, flowsAtOnce);
    await store.command(LEARN_LISTENERS_SQL, given);
    const beside = await lookAround(store, batch, given);
    const params: SqlParams = { ...given, blind: beside.blind };
    await put(store, 'ruled', rulingsSql(beside), params, large);
    await store.command('DROP TABLE sessions');
    const weighed = await put(store, 'weighed', WEIGHED_SQL, params, large);
    if (weighed) {
      await put(store, 'ends', ENDS_SQL, params);
      await put(store, 'end_uses', END_USES_SQL, params);
      await put(store, 'roles', ROLES_SQL, params);
      await put(store, 'weights', WEIGHTS_SQL, params);
    }
    const handovers = await put(
      store,
      'handovers',
      `SELECT address, toStartOfHour(at) AS hour, at FROM (${HANDOVERS_SQL})`,
      params,
    );
    await store.command(conversationsSql({ batch, weighed, handovers }), params);
    if (!weighed) return [];
    const repeated = await store.query<{ hour: number }>(REPEATED_HOURS_SQL, params);
    await store.command(REPETITIONS_SQL, params);
    return repeated.map(({ hour }) => hour);
  } finally {
    // Where the store has gone away, that is what matters.
    await clear(store).catch(() => undefined);
  }
}

async function putSessionsTogether(store: Store, batch: Batch, params: SqlParams, flowsAtOnce: number): Promise<void> {
  const of = Math.max(1, Math.ceil(batch.flows / flowsAtOnce));
  const slices = Array.from({ length: of }, (_, index) => ({ index, of }));
  await store.command(createSessionsSql(batch, of > 1));
  for (const slice of slices) await store.command(sessionsSql(batch, slice), params);
  const [doubtful] = await store.query('SELECT 1 AS doubtful FROM sessions WHERE doubtful LIMIT 1');
  if (doubtful === undefined) return;
  for (const slice of slices) await store.command(exactSessionsSql(batch, slice), params);
}

async function lookAround(store: Store, batch: Batch, params: SqlParams): Promise<KnownBeside> {
  const blind = await store.query<{ point: number }>(BLIND_POINTS_SQL);
  return {
    listeners: await put(store, 'known_listeners', KNOWN_LISTENERS_SQL, params),
    relays: batch.relayed || batch.translated ? await put(store, 'relays', RELAYS_SQL, params) : false,
    answerers: await put(store, 'answerers', ANSWERERS_SQL, params),
    blind: blind.map(({ point }) => point),
  };
}

/** @returns whether there is any */
async function put(store: Store, table: Work, query: string, params: SqlParams, large = false): Promise<boolean> {
  await store.command(`CREATE TABLE ${table} ENGINE = ${large ? ON_DISK : 'Memory'} AS ${query}`, params);
  const [row] = await store.query(`SELECT 1 FROM ${table} LIMIT 1`);
  return row !== undefined;
}

async function clear(store: Store): Promise<void> {
  for (const table of WORK) await store.command(`DROP TABLE IF EXISTS ${table}`);
}

function pointParams({ points }: Batch): SqlParams {
  if (points === undefined) return {};
  return {
    points: points.map(({ hash }) => hash),
    bits: points.map((_, index) => index),
    exporters: points.map(({ exporter }) => exporter),
    reporters: points.map(({ reporter }) => reporter),
  };
}

/** One number to look up, as the SQL puts it together. */
function numbered(ports: ServicePorts[keyof ServicePorts]): number[] {
  return ports.map(({ protocol, port }) => protocol * 65536 + port);
}
