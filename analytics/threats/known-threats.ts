import { WayleaveError } from '../../ingest/kernel/errors';
import type { Clock } from '../../ingest/kernel/time';
import type { Store } from '../../ingest/store';
import type { JewelMark } from './crown-jewels';
import type { Threats } from './find-threats';
import { SEVERITIES, type ThreatFinding, type ThreatKind } from './finding';

export const STATES = ['open', 'acknowledged', 'dismissed', 'resolved'] as const;
export type ThreatState = (typeof STATES)[number];

/** A finding that is kept, and what people made of it. */
export interface KnownThreat extends ThreatFinding {
  readonly state: ThreatState;
  /** Who said so last, and why; null while nobody said anything. */
  readonly said: { readonly by: string; readonly reason: string; readonly at: number } | null;
}

export interface ThreatFilter {
  readonly states?: readonly ThreatState[] | undefined;
  readonly kind?: ThreatKind | undefined;
  readonly limit: number;
}

interface Sayer {
  readonly by: string;
  readonly reason: string;
}

/** What was found so far. Findings are the same by id, whatever window they were found in. */
export interface KnownThreats {
  /** Keeps what was found; the same again changes nothing. @returns how many are new, and how many are no longer there */
  keep(threats: Threats): Promise<{ readonly added: number; readonly gone: number }>;
  /** The worst first, then the latest. */
  list(filter: ThreatFilter): Promise<KnownThreat[]>;
  /** @param id or how it begins. @throws WayleaveError `unknown-threat`, `ambiguous-threat` */
  find(id: string): Promise<KnownThreat>;
  /** @throws WayleaveError `bad-threat`, `unknown-threat`, `ambiguous-threat` */
  say(id: string, state: ThreatState, sayer: Sayer): Promise<KnownThreat>;
  marks(): Promise<JewelMark[]>;
  /** @param subject id of a workload or of a group */
  mark(subject: string, jewel: boolean, sayer: Sayer): Promise<void>;
}

const LONGEST_REASON = 2000;
const LONGEST_BY = 200;
/** Findings that are looked at for the states they are in. */
const MOST_LISTED = 10_000;
const SHORTEST_BEGINNING = 3;
/** These rest on raw flows, which expire: that they are not found again says nothing. */
const OF_RAW_FLOWS: ReadonlySet<ThreatKind> = new Set<ThreatKind>(['beacon', 'dns-tunnel', 'generated-names']);
const US = 'wayleave';

interface Row {
  readonly body: string;
  readonly firstSeen: number;
  readonly state: ThreatState | '';
  readonly by: string;
  readonly reason: string;
  readonly at: number;
}

const KNOWN_SQL = `
SELECT f.body AS body, toUnixTimestamp(f.first) AS firstSeen, s.state AS state, s.by AS by, s.reason AS reason, toUnixTimestamp(s.at) AS at
FROM (
  SELECT g.id AS id, any(g.kind) AS kind, argMax(g.body, g.found) AS body, min(g.first_seen) AS first, max(g.last_seen) AS last
  FROM threat_findings AS g WHERE {ids:Bool} = 0 OR g.id IN (SELECT arrayJoin({among:Array(String)})) GROUP BY g.id
) AS f
LEFT JOIN (
  SELECT t.id AS id, argMax(t.state, t.at) AS state, argMax(t.by, t.at) AS by, argMax(t.reason, t.at) AS reason, max(t.at) AS at
  FROM threat_states AS t GROUP BY t.id
) AS s ON s.id = f.id
WHERE startsWith(f.id, {beginning:String}) AND ({kind:String} = '' OR f.kind = {kind:String})
ORDER BY f.last DESC, f.id LIMIT ${MOST_LISTED}`;

export function createKnownThreats({ store, clock }: { readonly store: Store; readonly clock: Clock }): KnownThreats {
  const read = async (narrow: { kind?: string; beginning?: string; among?: readonly string[] } = {}) => {
    const { kind = '', beginning = '', among } = narrow;
    const rows = await store.query<Row>(KNOWN_SQL, { kind, beginning, ids: among ? 1 : 0, among: among ?? [] });
    return rows.map(known);
  };
  const now = () => clock().getTime() * 1000;
  const write = (id: string, state: ThreatState, { by, reason }: Sayer) =>
    store.insert('threat_states', [{ id, at: now(), state, by, reason }]);

  const find = async (id: string): Promise<KnownThreat> => {
    const found = id.length < SHORTEST_BEGINNING ? [] : await read({ beginning: beginningOf(id) });
    const [only, ...others] = found;
    if (!only)
      throw new WayleaveError(`there is no finding ${id}; \`wayleave threats\` lists them`, { code: 'unknown-threat' });
    if (others.length > 0) {
      throw new WayleaveError(`${found.length} findings begin with "${id}"; expected one`, {
        code: 'ambiguous-threat',
        where: { finding: id },
      });
    }
    return only;
  };

  return {
    async keep({ window, findings, detectors }) {
      const before = new Map((await read({ among: findings.map(({ id }) => id) })).map((each) => [each.id, each]));
      const changed = findings
        .map((finding) => extended(finding, before.get(finding.id)))
        .filter((finding) => !same(finding, before.get(finding.id)));
      await store.insert(
        'threat_findings',
        changed.map((finding) => ({
          id: finding.id,
          kind: finding.kind,
          found: now(),
          first_seen: finding.seen.from,
          last_seen: finding.seen.to,
          body: JSON.stringify(finding),
        })),
      );
      const present = new Set(findings.map(({ id }) => id));
      const judged = new Set(
        detectors.flatMap(({ detector, unjudged, more }) =>
          unjudged === null && more === 0 && !OF_RAW_FLOWS.has(detector) ? [detector] : [],
        ),
      );
      const gone = (await read()).filter(
        ({ id, kind, seen, state }) =>
          (state === 'open' || state === 'acknowledged') &&
          judged.has(kind) &&
          !present.has(id) &&
          seen.from >= window.from &&
          seen.to < window.to,
      );
      for (const { id } of gone) {
        await write(id, 'resolved', {
          by: US,
          reason:
            'what it was found in looks different by now: later flows, other owners of addresses, or other groups',
        });
      }
      return { added: changed.filter(({ id }) => !before.has(id)).length, gone: gone.length };
    },
    async list({ states, kind, limit }) {
      const found = await read(kind === undefined ? {} : { kind });
      return found
        .filter(({ state }) => states === undefined || states.includes(state))
        .sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) || b.seen.to - a.seen.to)
        .slice(0, limit);
    },
    find,
    async say(written, state, sayer) {
      const { id } = await find(written);
      check(sayer, state === 'dismissed');
      await write(id, state, sayer);
      return find(id);
    },
    async marks() {
      const rows = await store.query<Omit<JewelMark, 'jewel'> & { jewel: boolean | 0 | 1 }>(
        `SELECT m.subject AS subject, m.jewel AS jewel, m.by AS by, m.reason AS reason, toUnixTimestamp(m.at) AS at
         FROM crown_jewel_marks AS m ORDER BY m.at, m.subject LIMIT 100000`,
      );
      return rows.map((row) => ({ ...row, jewel: Boolean(row.jewel) }));
    },
    async mark(subject, jewel, sayer) {
      check(sayer, false);
      await store.insert('crown_jewel_marks', [{ subject, jewel, at: now(), ...sayer }]);
    },
  };
}

function beginningOf(id: string): string {
  return id.startsWith('threat-') ? id : `threat-${id}`;
}

function check({ by, reason }: Sayer, reasonNeeded: boolean): void {
  const problem =
    by === '' || by.length > LONGEST_BY
      ? `expected who says so, in at most ${LONGEST_BY} characters`
      : reason.length > LONGEST_REASON
        ? `expected a reason of at most ${LONGEST_REASON} characters`
        : reasonNeeded && reason === ''
          ? 'expected a reason: whoever meets it again wants to know why it was dismissed'
          : undefined;
  if (problem !== undefined) throw new WayleaveError(problem, { code: 'bad-threat' });
}

/** Said to be over, and seen again since: it is open again. */
function known({ body, firstSeen, state, by, reason, at }: Row): KnownThreat {
  const finding = JSON.parse(body) as ThreatFinding;
  const again = state === 'resolved' && by !== US && finding.seen.to > at;
  return {
    ...finding,
    seen: { ...finding.seen, from: firstSeen },
    state: state === '' || again ? 'open' : state,
    said: state === '' ? null : { by, reason, at },
  };
}

/** With what was known of it before: a window sees a part of what goes on for long. */
function extended(finding: ThreatFinding, before: KnownThreat | undefined): ThreatFinding {
  if (!before) return finding;
  const from = Math.min(before.seen.from, finding.seen.from);
  return { ...finding, seen: { from, to: Math.max(before.seen.to, finding.seen.to) } };
}

function same(finding: ThreatFinding, before: KnownThreat | undefined): boolean {
  if (!before) return false;
  const { state: _, said: __, ...plain } = before;
  return JSON.stringify(plain) === JSON.stringify(finding);
}
