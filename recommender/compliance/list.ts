import { addressText } from '../../analytics/conversations';
import { conversationName, serviceOf } from '../../analytics/conversations/query';
import { serviceName } from '../../analytics/services';
import { WayleaveError } from '../../ingest/kernel/errors';
import type { SqlParams, Store } from '../../ingest/store';
import type { Policy } from '../model/policy';
import { withJudgedCells, type JudgedCell } from '../replay/judged-cells';
import { placesOf, type Places } from '../replay/places';
import { withUses, type UseTables } from '../replay/uses';
import { OUTCOME_SQL, readCells } from './cells';
import type { ComplianceInput } from './compliance';
import type { Difference, Outcome, Stance } from './model';
import { createStances, differenceOf } from './stance';
import { endOf } from './tally';

/** Which conversations are asked for; what is left out does not narrow. */
export interface ComplianceFilter {
  readonly stance?: Stance | undefined;
  readonly difference?: Difference | undefined;
  /** Group ids, as edges have them; null for what is in none. */
  readonly client?: string | null | undefined;
  readonly server?: string | null | undefined;
}

export interface PageQuery extends ComplianceFilter {
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Epoch seconds. */
export interface JudgedConversation {
  readonly conversation: string;
  readonly client: string;
  readonly server: string;
  readonly protocol: number;
  readonly port: number;
  readonly service: string;
  readonly connections: number;
  readonly packets: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly stance: Stance;
  readonly outcome: Outcome;
  readonly difference: Difference | null;
  /** That decided; null where none did. */
  readonly rule: string | null;
}

export interface CompliancePage {
  /** Most connections first. */
  readonly conversations: readonly JudgedConversation[];
  /** What to ask the next page with; null on the last. */
  readonly next: string | null;
  /** Services between places that were too many to be asked about: conversations on them are missing. */
  readonly leftOut: number;
}

/** A scan of all ports everywhere has more; they have no connections to speak of. */
const MOST_CELLS = 200_000;

type Row = Omit<JudgedConversation, 'conversation' | 'service' | 'difference'>;

/** @throws WayleaveError `bad-page`, `unknown-group` */
export async function listCompliance(
  store: Store,
  policy: Policy,
  { window, ground }: ComplianceInput,
  query: PageQuery,
): Promise<CompliancePage> {
  const cursor = readCursor(query.after);
  const places = placesOf(policy, ground);
  return withUses(store, { window, places }, async (tables) => {
    const { cells, leftOut } = await chooseCells(store, tables, { policy, places, window, query });
    const rows = await withJudgedCells(store, cells, (judged) =>
      store.query<Row>(pageSql(tables, judged, query), {
        ...window,
        ...cursor,
        limit: query.limit + 1,
        outcomes: OUTCOMES_OF[query.difference ?? 'any'],
      }),
    );
    const shown = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? shown.at(-1) : undefined;
    return {
      conversations: shown.map((row) => ({
        conversation: conversationName(row),
        service: serviceName(serviceOf(row.protocol, row.port)),
        ...row,
        rule: row.rule === '' ? null : row.rule,
        difference: differenceOf(row.stance, row.outcome) ?? null,
      })),
      next: last ? cursorOf(last) : null,
      leftOut,
    };
  });
}

const OUTCOMES_OF: Readonly<Record<Difference | 'any', readonly Outcome[]>> = {
  any: ['passed', 'seen', 'blocked', 'unanswered'],
  'allowed-but-policy-denies': ['passed'],
  'potentially-blocked': ['seen'],
  'denied-though-policy-allows': ['blocked'],
};

interface Choosing {
  readonly policy: Policy;
  readonly places: Places;
  readonly window: ComplianceInput['window'];
  readonly query: ComplianceFilter;
}

async function chooseCells(
  store: Store,
  tables: UseTables,
  { policy, places, window, query: { stance, difference, client, server } }: Choosing,
): Promise<{ cells: JudgedCell[]; leftOut: number }> {
  const stanceOf = createStances(policy, places);
  const isAt = (wanted: string | null | undefined, place: number) =>
    wanted === undefined || endOf(place, places).group === wanted;
  const chosen = new Map<string, JudgedCell>();
  let leftOut = 0;
  for await (const cells of readCells(store, tables, window)) {
    for (const cell of cells) {
      if (!isAt(client, cell.client) || !isAt(server, cell.server)) continue;
      const judged = stanceOf(cell.client, cell.server, cell.protocol, cell.port);
      if (stance !== undefined && judged.stance !== stance) continue;
      if (difference !== undefined && differenceOf(judged.stance, cell.outcome) !== difference) continue;
      const key = `${cell.client} ${cell.server} ${cell.protocol} ${cell.port}`;
      if (chosen.size >= MOST_CELLS && !chosen.has(key)) leftOut++;
      else {
        chosen.set(key, {
          clientPlace: cell.client,
          serverPlace: cell.server,
          protocol: cell.protocol,
          port: cell.port,
          verdict: judged.stance,
          rule: judged.rule ?? '',
        });
      }
    }
  }
  return { cells: [...chosen.values()], leftOut };
}

const pageSql = ({ uses }: UseTables, judged: string, { after }: PageQuery) => `
SELECT ${addressText('v.client')} AS client, ${addressText('v.server')} AS server, protocol, port,
  toFloat64(v.connections) AS connections, toFloat64(v.packets) AS packets, toUnixTimestamp(v.first_seen) AS firstSeen,
  toUnixTimestamp(v.last_seen) AS lastSeen, stance, outcome, rule
FROM (
  SELECT u.client AS client, u.server AS server, u.protocol AS protocol, u.port AS port, u.connections AS connections,
    u.packets AS packets, u.first_seen AS first_seen, u.last_seen AS last_seen, ${OUTCOME_SQL} AS outcome,
    j.verdict AS stance, j.rule AS rule
  FROM ${uses} AS u
  INNER JOIN ${judged} AS j ON j.client_place = u.client_place AND j.server_place = u.server_place
    AND j.protocol = u.protocol AND j.port = u.port
) AS v
WHERE v.outcome IN {outcomes:Array(String)}${after === undefined ? '' : ` AND ${AFTER_SQL}`}
ORDER BY v.connections DESC, v.client, v.server, v.protocol, v.port
LIMIT {limit:UInt32}`;

const AFTER_SQL = `(v.connections < {most:UInt64} OR v.connections = {most:UInt64}
  AND (v.client, v.server, v.protocol, v.port) > (toIPv6({client:String}), toIPv6({server:String}), {protocol:UInt8}, {port:UInt16}))`;

function cursorOf({ connections, client, server, protocol, port }: Row): string {
  return [connections, client, server, protocol, port].join(',');
}

const CURSOR = /^(\d{1,15}),([0-9a-f:.]{2,45}),([0-9a-f:.]{2,45}),(\d{1,3}),(\d{1,5})$/;

function readCursor(after: string | undefined): SqlParams {
  if (after === undefined) return {};
  const [, most = '', client = '', server = '', protocol, port] = CURSOR.exec(after) ?? [];
  if (protocol !== undefined && Number(protocol) < 256 && Number(port) < 65_536)
    return { most, client, server, protocol: Number(protocol), port: Number(port) };
  throw new WayleaveError(`"${after}" is not the "next" of a page before`, { code: 'bad-page', where: { after } });
}
