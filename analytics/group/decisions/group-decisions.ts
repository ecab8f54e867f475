import { WayleaveError } from '../../../ingest/kernel/errors';
import type { Clock } from '../../../ingest/kernel/time';
import type { Store } from '../../../ingest/store';
import type { DecidedGroup, GroupDecision, GroupWish } from '../../model/group-decision';
import type { Topology } from '../../model/topology';
import { digest } from '../history/identity';
import { UNPRINTABLE } from '../naming/legible';
import { settleWish } from './settle-wish';

export interface GroupDecisionDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Where the latest run is. */
  readonly documents: { find(kind: 'topology'): Promise<Topology | undefined> };
  /** Of the grouping. */
  readonly labelWeight: number;
}

export interface Decider {
  readonly by: string;
  /** In their words; may be empty. */
  readonly reason: string;
}

/** What people decided about groups; each run of the analysis holds to what stands. */
export interface GroupDecisions {
  /**
   * @param wish groups by id or name, of the latest run; the decision has ids
   * @throws WayleaveError `no-topology`, `too-many-decisions`, or as `settleWish`
   */
  decide(wish: GroupWish, decider: Decider): Promise<GroupDecision>;
  /** All that were ever taken, in order. */
  list(): Promise<GroupDecision[]>;
  /** @throws WayleaveError `unknown-decision`, `already-undone`, `bad-wish` */
  undo(id: string, decider: Decider): Promise<GroupDecision>;
}

interface Row {
  readonly number: number;
  readonly id: string;
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly undoes: string;
  readonly wish: string;
  readonly groups: string;
  readonly topology: string;
}

/** Every run reads all that stand, and more than a few hundred are an inventory's labels. */
const MOST_STANDING = 10_000;
/** Of all that were ever taken, and of what they say; each may be undone once, which at most doubles either. */
const MOST_TAKEN = 20_000;
const MOST_BYTES = 64 * 2 ** 20;
const LONGEST_BY = 200;
const LONGEST_REASON = 2000;

export function createGroupDecisions({ store, clock, documents, labelWeight }: GroupDecisionDeps): GroupDecisions {
  let last: Promise<unknown> = Promise.resolve();
  /** One at a time: each is judged by, and numbered after, those before. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.catch(() => undefined).then(work);
    last = next;
    return next;
  };
  const measure = async (times = 1): Promise<void> => {
    // 64-bit numbers come as text otherwise.
    const [size] = await store.query<{ readonly rows: number; readonly bytes: number }>(
      `SELECT toFloat64(count()) AS rows,
         toFloat64(sum(length(d.by) + length(d.reason) + length(d.wish) + length(d.groups))) AS bytes
       FROM group_decisions AS d`,
    );
    const { rows = 0, bytes = 0 } = size ?? {};
    if (rows < times * MOST_TAKEN && bytes < times * MOST_BYTES) return;
    throw new WayleaveError(
      `${rows} decisions of ${bytes} bytes were taken; expected fewer than ${times * MOST_TAKEN}, of fewer than ` +
        `${times * MOST_BYTES} bytes: what is known of many workloads belongs in the labels of the inventory`,
      { code: 'too-many-decisions' },
    );
  };
  const read = async (): Promise<{ decisions: GroupDecision[]; next: number }> => {
    await measure(2);
    // 64-bit numbers come as text otherwise.
    const rows = await store.query<Row>(
      `SELECT toUInt32(d.number) AS number, id, toUnixTimestamp(d.at) AS at, by, reason, undoes, wish, groups, topology
       FROM group_decisions AS d ORDER BY d.number, id`,
    );
    return { decisions: decisionsOf(rows), next: (rows.at(-1)?.number ?? 0) + 1 };
  };
  const write = async (row: Omit<Row, 'id' | 'at'>): Promise<Row> => {
    const at = Math.floor(clock().getTime() / 1000);
    const { number, by, undoes, wish } = row;
    const written = { ...row, at, id: `decision-${digest([number, at, by, undoes, wish])}` };
    await store.insert('group_decisions', [written]);
    return written;
  };

  return {
    decide: (wish, decider) =>
      inTurn(async () => {
        const { by, reason } = checkDecider(decider);
        await measure();
        const topology = await documents.find('topology');
        if (!topology) {
          throw new WayleaveError('there are no groups to decide on yet: run `wayleave analyze`', {
            code: 'no-topology',
          });
        }
        const { decisions, next } = await read();
        const standing = decisions.filter(({ undone }) => !undone);
        if (standing.length >= MOST_STANDING) {
          throw new WayleaveError(
            `${standing.length} decisions stand; expected fewer than ${MOST_STANDING}: undo what is obsolete, or label workloads in the inventory`,
            { code: 'too-many-decisions' },
          );
        }
        const settled = settleWish(wish, topology, standing, labelWeight);
        const row = await write({
          number: next,
          by,
          reason,
          undoes: '',
          wish: JSON.stringify(settled.wish),
          groups: JSON.stringify(settled.groups),
          topology: topology.id,
        });
        return { id: row.id, number: next, at: row.at, by, reason, ...settled, topology: topology.id };
      }),
    list: async () => (await read()).decisions,
    undo: (id, decider) =>
      inTurn(async () => {
        const { by, reason } = checkDecider(decider);
        const { decisions, next } = await read();
        const decision = decisions.find((each) => each.id === id);
        if (!decision) {
          throw new WayleaveError(`there is no decision "${id}" among the ${decisions.length} that were taken`, {
            code: 'unknown-decision',
            where: { decision: id },
          });
        }
        if (decision.undone) {
          const when = new Date(decision.undone.at * 1000).toISOString();
          throw new WayleaveError(`decision ${id} was undone by ${decision.undone.by} at ${when} already`, {
            code: 'already-undone',
            where: { decision: id },
          });
        }
        const { at } = await write({ number: next, by, reason, undoes: id, wish: '', groups: '', topology: '' });
        return { ...decision, undone: { at, by, reason } };
      }),
  };
}

function decisionsOf(rows: readonly Row[]): GroupDecision[] {
  const undone = new Map(
    rows.flatMap(({ undoes, at, by, reason }) => (undoes === '' ? [] : [[undoes, { at, by, reason }] as const])),
  );
  return rows.flatMap(({ undoes, wish, groups, ...row }) => {
    if (undoes !== '') return [];
    const { id, number, at, by, reason, topology } = row;
    const undo = undone.get(id);
    return [
      {
        id,
        number,
        at,
        by,
        reason,
        wish: JSON.parse(wish) as GroupWish,
        groups: JSON.parse(groups) as DecidedGroup[],
        topology,
        ...(undo ? { undone: undo } : {}),
      },
    ];
  });
}

function checkDecider({ by, reason }: Decider): Decider {
  const limits = [
    ['who decides', by.trim(), 1, LONGEST_BY],
    ['the reason', reason.trim(), 0, LONGEST_REASON],
  ] as const;
  for (const [what, text, least, most] of limits) {
    if (UNPRINTABLE.test(text)) {
      throw new WayleaveError(`${what} has control or invisible characters; expected one line of text`, {
        code: 'bad-wish',
      });
    }
    if (text.length >= least && text.length <= most) continue;
    throw new WayleaveError(`${what} is a text of ${text.length} characters; expected ${least} to ${most}`, {
      code: 'bad-wish',
    });
  }
  return { by: by.trim(), reason: reason.trim() };
}
