import { WayleaveError } from '../../ingest/kernel/errors';
import type { Clock } from '../../ingest/kernel/time';
import type { Store } from '../../ingest/store';
import { contentId } from '../model/identity';
import type { Policy } from '../model/policy';
import { checkActor, checkLine } from './check-actor';
import { checkBody } from './check-body';
import { createEventStore, eventId, type PolicyRow, type StoredEvent } from './event-store';
import { findPolicy } from './find-policy';
import { foldEvents } from './fold-events';
import type { Act, Action, Actor, GateVerdict, Policies, PolicyState, Revision, RevisionSource } from './model';
import { settleMove } from './move';
import { targetUnits, unitsOf } from './units';

export interface PolicyDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** How many different people it takes to approve. */
  readonly approvals: number;
  /** What the gate found about a body, by its id. */
  readonly gate: (body: string) => Promise<GateVerdict | undefined>;
}

const MOST_POLICIES = 1000;
const LONGEST_NAME = 120;
const LONGEST_COMMENT = 2000;
const MOST_RENEWED = 10_000;

export function createPolicies({ store, clock, approvals, gate }: PolicyDeps): Policies {
  const rows = createEventStore(store);
  let last: Promise<unknown> = Promise.resolve();
  /** One at a time: each is judged by, and numbered after, those before. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.catch(() => undefined).then(work);
    last = next;
    return next;
  };
  const now = () => Math.floor(clock().getTime() / 1000);
  const read = async (written: string) => {
    const policy = findPolicy(await rows.policies(), written);
    const events = await rows.events(policy.id);
    return { policy, events, state: foldEvents(events) };
  };
  const readRevision = async (policy: PolicyRow, events: readonly StoredEvent[], wanted: number): Promise<Revision> => {
    for (const { id, at, by, reason, act } of events) {
      if (act.kind !== 'revise' || act.revision !== wanted) continue;
      const found = await rows.body(policy.id, id);
      if (found) return { policy: policy.id, number: wanted, at, by, reason, source: act.source, ...found };
    }
    throw new WayleaveError(`policy "${policy.name}" has no revision ${wanted}`, {
      code: 'unknown-revision',
      where: { policy: policy.id, revision: wanted },
    });
  };
  const add = async (policy: PolicyRow, state: PolicyState, act: Act, { by, reason }: Actor): Promise<StoredEvent> => {
    const event = { number: state.version + 1, at: now(), by, reason, act };
    const stored = { ...event, id: eventId(policy.id, event) };
    await rows.addEvent(policy.id, stored);
    return stored;
  };
  const addRevision = async (
    policy: PolicyRow,
    state: PolicyState,
    {
      before,
      body,
      source,
      effect,
    }: { before?: Policy; body: Policy; source: RevisionSource; effect: readonly string[] },
    { by, reason }: Actor,
  ): Promise<Revision> => {
    const known = new Set(before ? unitsOf(before).map(({ key }) => key) : []);
    const added = [...new Set(unitsOf(body).map(({ key }) => key))].filter((key) => !known.has(key));
    const act: Act = { kind: 'revise', revision: state.head + 1, source, added };
    const event = { number: state.version + 1, at: now(), by, reason, act };
    const id = eventId(policy.id, event);
    // The body first: an event names only what is there.
    await rows.addBody(policy.id, act.revision, id, body, effect);
    await rows.addEvent(policy.id, { ...event, id });
    return { policy: policy.id, number: act.revision, at: event.at, by, reason, source, effect, body };
  };
  const settle = async (
    action: Action,
    actor: Actor,
    { policy, events, state }: { policy: PolicyRow; events: readonly StoredEvent[]; state: PolicyState },
  ): Promise<Act> => {
    switch (action.kind) {
      case 'own':
        return { kind: 'own', owner: checkLine('the owner', action.owner, 1, LONGEST_NAME) };
      case 'comment': {
        const { body } = await readRevision(policy, events, state.head);
        if (action.target.kind !== 'all') targetUnits(body, unitsOf(body), action.target);
        return { ...action, text: checkLine('a comment', action.text, 1, LONGEST_COMMENT) };
      }
      case 'renew': {
        if (Object.keys(action.leases).length <= MOST_RENEWED) return action;
        throw new WayleaveError(`expected at most ${MOST_RENEWED} leases at once`, { code: 'bad-policy' });
      }
      default: {
        const revision = await readRevision(policy, events, action.revision);
        const active = state.active === null ? undefined : await readRevision(policy, events, state.active);
        const found = await gate(revision.body.id);
        return settleMove({ action, by: actor.by, state, revision, active, approvals, gate: found });
      }
    }
  };

  return {
    async list() {
      const found = [];
      for (const policy of await rows.policies()) {
        found.push({ ...policy, state: foldEvents(await rows.events(policy.id)) });
      }
      return found;
    },
    async find(id) {
      const { policy, state } = await read(id);
      return { ...policy, state };
    },
    async revision(id, number) {
      const { policy, events, state } = await read(id);
      return readRevision(policy, events, number ?? state.head);
    },
    async history(id) {
      const { events } = await read(id);
      return events.map(({ number, at, by, reason, act }) => ({ number, at, by, reason, act }));
    },
    create: (body, who) =>
      inTurn(async () => {
        const actor = checkActor(who);
        const known = await rows.policies();
        if (known.length >= MOST_POLICIES) {
          throw new WayleaveError(`there are ${known.length} policies; expected fewer: revise one of them instead`, {
            code: 'too-many-policies',
          });
        }
        const name = freeName(body.name, known);
        const created = now();
        const policy = { id: contentId('policy', [name, created, actor.by]), name, created };
        checkBody(body);
        const source: RevisionSource = { kind: 'created' };
        await addRevision(policy, foldEvents([]), { body: { ...body, name }, source, effect: [] }, actor);
        // Only what has a revision is known by a name.
        await rows.namePolicy(policy, 1);
        return { ...policy, state: foldEvents(await rows.events(policy.id)) };
      }),
    revise: (id, body, source, who, effect = []) =>
      inTurn(async () => {
        const actor = checkActor(who);
        const { policy, events, state } = await read(id);
        requireExpected(policy, state, events, actor);
        checkBody(body);
        const name = body.name === policy.name ? policy.name : freeName(body.name, await rows.policies(), policy.id);
        const before = await readRevision(policy, events, state.head);
        const named = { before: before.body, body: name === body.name ? body : { ...body, name }, source, effect };
        const revision = await addRevision(policy, state, named, actor);
        if (name !== policy.name) await rows.namePolicy({ ...policy, name }, revision.number);
        return revision;
      }),
    act: (id, action, who) =>
      inTurn(async () => {
        const actor = checkActor(who);
        const found = await read(id);
        const { policy, events, state } = found;
        requireExpected(policy, state, events, actor);
        const event = await add(policy, state, await settle(action, actor, found), actor);
        return { ...policy, state: foldEvents([...events, event]) };
      }),
  };
}

/** @param own the policy that is renamed, whose own name is not in its way */
function freeName(written: string, known: readonly PolicyRow[], own?: string): string {
  const name = checkLine('the name of a policy', written, 1, LONGEST_NAME);
  const taken = known.find((policy) => policy.name === name && policy.id !== own);
  if (!taken) return name;
  throw new WayleaveError(
    `"${name}" is policy ${taken.id} already; expected a name of its own, or a revision of that`,
    { code: 'name-taken', where: { policy: taken.id } },
  );
}

/** Whoever acts on what is no longer so is told by whom it was changed. */
function requireExpected(
  policy: PolicyRow,
  { version }: PolicyState,
  events: readonly StoredEvent[],
  { expected }: Actor,
): void {
  if (expected === undefined || expected === version) return;
  const latest = events.at(-1);
  throw new WayleaveError(
    `policy "${policy.name}" is at version ${version}, and this was meant for ${expected}: ${latest?.by ?? 'somebody'} has done something since (${latest?.act.kind ?? ''}); look at it again`,
    { code: 'conflict', where: { policy: policy.id, version } },
  );
}
