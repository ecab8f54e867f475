import type { Topology } from '../analytics/model/topology';
import type { Store } from '../ingest/store';
import type { Clock } from '../ingest/kernel/time';
import type { Policy } from '../recommender/model/policy';
import type { Replay } from '../recommender/replay';

/** What runs of the analysis and the recommender left behind; immutable, the newest of a kind being the current one. */
interface Kinds {
  topology: Topology;
  /** Of a window that was over: never the current one. */
  aside: Topology;
  policy: Policy;
  /** Under the id of the policy it replayed. */
  replay: Replay;
}

export interface Documents {
  save<Kind extends keyof Kinds>(kind: Kind, id: string, body: Kinds[Kind]): Promise<void>;
  /** The newest of that kind, or the newest under an id. */
  find<Kind extends keyof Kinds>(kind: Kind, id?: string): Promise<Kinds[Kind] | undefined>;
  /** The newest of that kind that came before an id last did. */
  before<Kind extends keyof Kinds>(kind: Kind, id: string): Promise<Kinds[Kind] | undefined>;
  /** The latest, newest first. */
  list(kind: keyof Kinds): Promise<{ id: string; created: string }[]>;
}

const LISTED = 100;

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
    list: (kind) =>
      store.query(
        `SELECT id, formatDateTime(max(d.created), '%Y-%m-%dT%H:%i:%SZ') AS created FROM documents AS d
         WHERE kind = {kind:String} GROUP BY id ORDER BY max(d.created) DESC LIMIT ${LISTED}`,
        { kind },
      ),
  };
}
