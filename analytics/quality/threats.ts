import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Estate } from '../../fixtures/generate';
import { estateOf } from '../../fixtures/generate/estate';
import { parametric } from '../../fixtures/generate/profile/parametric';
import { parsePrefix } from '../../ingest/kernel/ip';
import { migrate, openEmbedded, type Store } from '../../ingest/store';
import { PRIVATE_NETWORKS } from '../inventory';
import { findThreats, THREAT_KINDS, type ThreatKind } from '../threats';
import { mapped } from '../noise/estate';
import { writeTraffic } from './noise-estate';
import { estateCast } from './threats/estate-cast';

type Report = (metric: string, value: number, unit: string) => void;

/** None that a decision was made while looking at. */
const SEEDS = [31, 32, 33];
const HOSTS = 60;
/** Attacks come after more than half of them, unless the estate is poisoned from its first day. */
const DAYS = 24;
/** Looked at from here on: with a week to compare with. */
const FIRST_DAY = 8;
/** Of the estate's traffic. */
const VOLUME = 0.05;
const DAY = 86_400;

interface Judged {
  readonly kind: ThreatKind;
  readonly day: number;
  /** Campaigns that it is part of. */
  readonly causes: readonly string[];
  readonly words: string;
}

/**
 * How well threats are found on generated estates with an attack of each kind, looked at day by day as a server does.
 * `<kind>-precision`: of the findings of a kind, those about connections of an attack. `<attack>-found`: of the estates,
 * those in which some finding names the attack, by attacks that began after the first look: `poisoning-found` is of those
 * that were under way before, and so are what is held to be usual. `false-a-day`: findings about nothing, per estate and day.
 */
export async function quality(_: { data?: string }, report: Report): Promise<void> {
  const judged: Judged[] = [];
  const attacks: { readonly cause: string; readonly found: boolean }[] = [];
  for (const seed of SEEDS) {
    const estate = estateOf(parametric({ name: 'watched', hosts: HOSTS, days: DAYS, seed }), seed);
    const folder = await mkdtemp(join(tmpdir(), 'wayleave-threat-quality-'));
    const store = openEmbedded(folder);
    try {
      await migrate(store);
      const found = await judgeEstate(store, estate, (seconds) => report(`look-seconds-${seed}`, seconds, 's'));
      judged.push(...found);
      const causes = new Set(found.flatMap((each) => each.causes));
      attacks.push(
        ...estate.campaigns.map(({ kind, firstDay }) => ({
          cause: firstDay < FIRST_DAY ? 'poisoning' : kind,
          found: causes.has(kind),
        })),
      );
    } finally {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    }
  }
  for (const kind of THREAT_KINDS) {
    const of = judged.filter((each) => each.kind === kind);
    if (of.length === 0) continue;
    report(`${kind}-findings`, of.length, 'findings');
    report(`${kind}-precision`, of.filter(({ causes }) => causes.length > 0).length / of.length, 'share');
  }
  for (const cause of [...new Set(attacks.map((attack) => attack.cause))].sort()) {
    const of = attacks.filter((attack) => attack.cause === cause);
    report(`${cause}-found`, of.filter(({ found }) => found).length / of.length, 'share');
  }
  const wrong = judged.filter(({ causes }) => causes.length === 0);
  report('false-a-day', wrong.length / SEEDS.length / (DAYS - FIRST_DAY + 1), 'findings');
  for (const { kind, day, words } of wrong.slice(0, MOST_TOLD)) process.stderr.write(`day ${day} ${kind}: ${words}\n`);
}

const MOST_TOLD = 40;

async function judgeEstate(store: Store, estate: Estate, took: (seconds: number) => void): Promise<Judged[]> {
  const window = await writeTraffic(store, estate, { days: DAYS, volume: VOLUME });
  await store.command(
    `INSERT INTO flows (received, exporter, start, end, src, dst, src_port, dst_port, protocol, packets, bytes, reverse_packets, initiator)
     SELECT toDateTime64(g.last, 6), toIPv6('192.0.2.1'), toDateTime64(g.first, 6), toDateTime64(g.last, 6), g.client, g.server,
       g.client_port, g.port, g.protocol, g.client_packets, g.client_bytes, g.server_packets, 1 FROM generated AS g`,
  );
  const { directory, topology } = estateCast(estate, window);
  const networks = PRIVATE_NETWORKS.map(parsePrefix);
  const inventory = { directory: () => Promise.resolve(directory) };
  const judged: Judged[] = [];
  const seen = new Set<string>();
  let slowest = 0;
  for (let day = FIRST_DAY; day <= DAYS; day++) {
    const of = { from: window.from + (day - 1) * DAY, to: window.from + day * DAY };
    const started = performance.now();
    const { findings } = await findThreats(of, { store, inventory, networks, topology });
    slowest = Math.max(slowest, (performance.now() - started) / 1000);
    for (const { id, kind, workloads, seen: span, words } of findings) {
      if (seen.has(id)) continue;
      seen.add(id);
      const addresses = (part: string) =>
        workloads.filter((each) => each.part === part).flatMap((each) => each.addresses.map(mapped));
      const rows = await store.query<{ cause: string }>(
        `SELECT DISTINCT g.cause AS cause FROM generated AS g
         WHERE g.kind = 'attack' AND g.first >= toDateTime({from:UInt32}) AND g.first <= toDateTime({to:UInt32})
           AND g.client IN (SELECT arrayJoin({sources:Array(IPv6)}))
           AND (empty({targets:Array(IPv6)}) OR g.server IN (SELECT arrayJoin({targets:Array(IPv6)})))
         ORDER BY cause`,
        { ...span, sources: addresses('source'), targets: addresses('target') },
      );
      judged.push({ kind, day, words, causes: rows.map(({ cause }) => cause) });
    }
  }
  took(slowest);
  return judged;
}
