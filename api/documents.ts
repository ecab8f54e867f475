import type { Topology, Window } from '../analytics/model/topology';
import type { Store } from '../ingest/store';
import type { Clock } from '../ingest/kernel/time';
import type { Curve } from '../recommender/consolidate';
import type { Policy } from '../recommender/model/policy';
import type { GateReport } from '../recommender/prove';
import type { RuleDecision } from '../recommender/propose';
import type { ReachReport } from '../recommender/reach';
import type { Replay } from '../recommender/replay';

/** What runs of the analysis and the recommender left behind; immutable, the newest of a kind being the current one. */
interface Kinds {
  topology: Topology;
  /** Of a window that was over: never the current one. */
  aside: Topology;
  policy: Policy;
  /** Under the id of the policy it replayed. */
  replay: Replay;
  /** Under the id of the policy it judged. */
  gate: GateReport;
  /** As it was last written: undoing one writes it again. */
  'rule-decision': RuleDecision;
  /** Under the id of the policy it was worked out for, as the next. */
  curve: Curve;
  reach: ReachReport;
}

export interface Documents {
  save<Kind extends keyof Kinds>(kind: Kind, id: string, body: Kinds[Kind]): Promise<void>;
  /** The newest of that kind, or the newest under an id. */
  find<Kind extends keyof Kinds>(kind: Kind, id?: string): Promise<Kinds[Kind] | undefined>;
  /** The newest of that kind that came before an id last did. */
  before<Kind extends keyof Kinds>(kind: Kind, id: string): Promise<Kinds[Kind] | undefined>;
  /** The newest under each id, the first written first; at most 10,000. */
  all<Kind extends keyof Kinds>(kind: Kind): Promise<Kinds[Kind][]>;
  /** The latest, newest first. */
  list(kind: keyof Kinds): Promise<{ id: string; created: string }[]>;
  /** The same, of runs of the analysis, with the hours that each analysed. */
  runs(kind: 'topology' | 'aside'): Promise<{ id: string; created: string; window: Window }[]>;
}

const LISTED = 100;
const MOST_READ = 10_000;

export function createDocuments(store: Store, clock: Clock): Documents {
  return {
    async save(kind, id, body) {
      await store.insert('documents', [{ kind, id, created: clock().getTime() * 1000, body: JSON.stringify(body) }]);
    },
    async find<Kind extends keyof Kinds>(kind: Kind, id?: string) {
      const [row] = await store.query<{ body: string }>(
        `SELECT body FROM documents WHERE kind = {kind:String} AND ({id:String} = '' OR id = {id:String}) ORDER BY created DESC LIMIT 1`,
        { kind, id: id ?? '' },
      );
      return row && (JSON.parse(row.body) as Kinds[Kind]);
    },
    async before<Kind extends keyof Kinds>(kind: Kind, id: string) {
      const [row] = await store.query<{ body: string }>(
        `SELECT body FROM documents WHERE kind = {kind:String} AND id != {id:String}
           AND created < (SELECT max(d.created) FROM documents AS d WHERE d.kind = {kind:String} AND d.id = {id:String})
         ORDER BY created DESC LIMIT 1`,
        { kind, id },
      );
      return row && (JSON.parse(row.body) as Kinds[Kind]);
    },
    async all<Kind extends keyof Kinds>(kind: Kind) {
      const rows = await store.query<{ body: string }>(
        `SELECT argMax(d.body, d.created) AS body FROM documents AS d WHERE d.kind = {kind:String}
         GROUP BY d.id ORDER BY min(d.created), d.id LIMIT ${MOST_READ}`,
        { kind },
      );
      return rows.map(({ body }) => JSON.parse(body) as Kinds[Kind]);
    },
    list: (kind) =>
      store.query(
        `SELECT id, formatDateTime(max(d.created), '%Y-%m-%dT%H:%i:%SZ') AS created FROM documents AS d
         WHERE kind = {kind:String} GROUP BY id ORDER BY max(d.created) DESC LIMIT ${LISTED}`,
        { kind },
      ),
    // The first key of that name is the run's: in text inside the body it would have its quotes escaped.
    async runs(kind) {
      const rows = await store.query<{ id: string; at: string; from: number; to: number }>(
        `SELECT id, formatDateTime(created, '%Y-%m-%dT%H:%i:%SZ') AS at,
           toFloat64(simpleJSONExtractUInt(run, 'from')) AS from, toFloat64(simpleJSONExtractUInt(run, 'to')) AS to
         FROM (
           SELECT d.id AS id, d.created AS created, simpleJSONExtractRaw(d.body, 'window') AS run FROM documents AS d
           WHERE d.kind = {kind:String} AND (d.id, d.created) IN (
             SELECT e.id, max(e.created) AS latest FROM documents AS e WHERE e.kind = {kind:String}
             GROUP BY e.id ORDER BY latest DESC LIMIT ${LISTED}
           )
         )
         ORDER BY created DESC LIMIT 1 BY id`,
        { kind },
      );
      return rows.map(({ id, at, from, to }) => ({ id, created: at, window: { from, to } }));
    },
  };
}
