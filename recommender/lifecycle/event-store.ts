import type { Store } from '../../ingest/store';
import { WayleaveError } from '../../ingest/kernel/errors';
import { contentId } from '../model/identity';
import type { Policy } from '../model/policy';
import type { Act, PolicyEvent } from './model';

/** A policy by its name, before anything is known of its events. */
export interface PolicyRow {
  readonly id: string;
  readonly name: string;
  /** Epoch seconds. */
  readonly created: number;
}

export interface StoredEvent extends PolicyEvent {
  readonly id: string;
}

/** The rows of policies. Nothing is ever changed or taken out. */
export interface EventStore {
  /** In the order of their names. */
  policies(): Promise<PolicyRow[]>;
  /** @throws WayleaveError `too-many-events` when more are kept than can be read at once */
  events(policy: string): Promise<StoredEvent[]>;
  body(
    policy: string,
    event: string,
  ): Promise<{ readonly body: Policy; readonly effect: readonly string[] } | undefined>;
  /** From that revision on. */
  namePolicy(row: PolicyRow, revision: number): Promise<void>;
  addBody(policy: string, number: number, event: string, body: Policy, effect: readonly string[]): Promise<void>;
  /** @throws WayleaveError `conflict` when another process was first to take that number */
  addEvent(policy: string, event: StoredEvent): Promise<void>;
}

interface EventRow {
  readonly number: number;
  readonly id: string;
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly act: string;
}

/** What one policy may come to; a body of 10,000 rules is some 15 MB. */
const MOST_EVENTS = 10_000;
const MOST_EVENT_BYTES = 256 * 2 ** 20;
export const MOST_BODY_BYTES = 64 * 2 ** 20;

export function eventId(policy: string, { number, at, by, act }: Omit<StoredEvent, 'id'>): string {
  return contentId('event', [policy, number, at, by, act]);
}

export function createEventStore(store: Store): EventStore {
  return {
    policies: () =>
      store.query<PolicyRow>(
        `SELECT id, name, created FROM (
           SELECT p.id AS id, argMax(p.name, p.revision) AS name, toUnixTimestamp(min(p.created)) AS created
           FROM policies AS p GROUP BY p.id
         ) ORDER BY name, id`,
      ),
    async events(policy) {
      const [size] = await store.query<{ readonly rows: number; readonly bytes: number }>(
        `SELECT toFloat64(count()) AS rows, toFloat64(sum(length(e.act))) AS bytes FROM policy_events AS e
         WHERE e.policy = {policy:String}`,
        { policy },
      );
      const { rows = 0, bytes = 0 } = size ?? {};
      if (rows > MOST_EVENTS || bytes > MOST_EVENT_BYTES) {
        throw new WayleaveError(
          `policy ${policy} has ${rows} events of ${bytes} bytes; expected at most ${MOST_EVENTS} of ${MOST_EVENT_BYTES}: create a policy from its newest revision`,
          { code: 'too-many-events', where: { policy } },
        );
      }
      // Of several under one number the first counts, for everybody.
      const found = await store.query<EventRow>(
        `SELECT e.number AS number, id, toUnixTimestamp(e.at) AS at, by, reason, act FROM policy_events AS e
         WHERE e.policy = {policy:String} ORDER BY e.number, e.at, id LIMIT 1 BY e.number`,
        { policy },
      );
      return found.map(({ act, ...row }) => ({ ...row, act: JSON.parse(act) as Act }));
    },
    async body(policy, event) {
      const [row] = await store.query<{ readonly body: string; readonly effect: string }>(
        `SELECT r.body AS body, r.effect AS effect FROM policy_revisions AS r
         WHERE r.policy = {policy:String} AND r.id = {event:String} LIMIT 1`,
        { policy, event },
      );
      return row && { body: JSON.parse(row.body) as Policy, effect: JSON.parse(row.effect) as string[] };
    },
    namePolicy: (row, revision) => store.insert('policies', [{ ...row, revision }]),
    async addBody(policy, number, event, body, effect) {
      const text = JSON.stringify(body);
      if (text.length > MOST_BODY_BYTES) {
        throw new WayleaveError(
          `"${body.name}" is a policy of ${text.length} bytes; expected at most ${MOST_BODY_BYTES}`,
          { code: 'bad-policy', where: { policy } },
        );
      }
      await store.insert('policy_revisions', [
        { policy, number, id: event, effect: JSON.stringify(effect), body: text },
      ]);
    },
    async addEvent(policy, { act, ...event }) {
      await store.insert('policy_events', [{ policy, ...event, act: JSON.stringify(act) }]);
      const [first] = await store.query<{ readonly id: string; readonly by: string }>(
        `SELECT id, by FROM policy_events AS e WHERE e.policy = {policy:String} AND e.number = {number:UInt32}
         ORDER BY e.at, id LIMIT 1`,
        { policy, number: event.number },
      );
      if (first === undefined || first.id === event.id) return;
      throw new WayleaveError(`${first.by} did something to policy ${policy} at the same moment, and was first`, {
        code: 'conflict',
        where: { policy, version: event.number },
      });
    },
  };
}
