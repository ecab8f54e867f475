import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePrefix } from '../../ingest/kernel/ip';
import { migrate, openEmbedded, type Store } from '../../ingest/store';
import { findDynamicServices, SURE } from '../dynamic';
import { PRIVATE_NETWORKS } from '../inventory';
import type { Window } from '../model/topology';
import { estateNetworks, findNoise, withLabels } from '../noise';
import { writeLabelled, type LabelledTraffic } from './noise-estate';

type Report = (metric: string, value: number, unit: string) => void;

const TRAFFIC: readonly LabelledTraffic[] = [
  { profile: 'demo', seed: 7, days: 2, volume: 0.4 },
  { profile: 'small', seed: 7, days: 7, volume: 0.05 },
];
/** Of attacks, those that look like noise; the others are real use of what is allowed. */
const SCANNING = new Set(['sweep', 'slow-scan']);
/** A firewall said so already: it needs no label. */
const SAID = 'denied';

/**
 * How well noise is labelled and wandering ports are recognised on generated estates, whose every connection says what
 * it is. Shares are of conversations (client, server, protocol, port): `noise-precision` of those labelled are noise,
 * `noise-recall-<cause>` of that noise is labelled. `scanners-wrong`: clients with a scan finding that neither scan nor
 * attack. `dynamic-recall`: ports that were handed out and are folded, of all; `dynamic-precision` of those folded.
 */
export async function quality(_: { data?: string }, report: Report): Promise<void> {
  for (const traffic of TRAFFIC) {
    const folder = await mkdtemp(join(tmpdir(), 'wayleave-noise-quality-'));
    const store = openEmbedded(folder);
    try {
      await migrate(store);
      const window = await writeLabelled(store, traffic);
      const of = (metric: string, value: number, unit: string) => report(`${traffic.profile}-${metric}`, value, unit);
      await judgeNoise(store, window, of);
      await judgeDynamic(store, window, of);
    } finally {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function judgeNoise(store: Store, window: Window, report: Report): Promise<void> {
  const networks = PRIVATE_NETWORKS.map(parsePrefix);
  const started = performance.now();
  const noise = await findNoise(store, window, networks);
  report('noise-seconds', (performance.now() - started) / 1000, 's');
  const rows = await withLabels(store, noise, estateNetworks(networks), ({ sql, params }) =>
    store.query<{ kind: string; cause: string; needed: number; noise: string; count: number }>(
      `SELECT t.kind AS kind, if(t.kind IN ('legitimate', 'rare'), '', t.cause) AS cause, t.needed AS needed,
         l.noise AS noise, count() AS count
       FROM labelled AS t LEFT JOIN ${sql} AS l
         ON l.client = t.client AND l.server = t.server AND l.protocol = t.protocol AND l.port = t.port
       GROUP BY ALL ORDER BY count DESC`,
      params,
    ),
  );
  const sum = (keep: (row: (typeof rows)[number]) => boolean) =>
    rows.filter(keep).reduce((total, { count }) => total + count, 0);
  const isNoise = ({ kind, cause, needed }: (typeof rows)[number]) =>
    !needed && (kind === 'noise' || kind === 'scan' || (kind === 'attack' && SCANNING.has(cause)));
  const labelled = sum(({ noise: label }) => label !== '');
  report('noise-precision', sum((row) => row.noise !== '' && isNoise(row)) / labelled, 'share');
  report(
    'noise-wrong',
    sum((row) => row.noise !== '' && Boolean(row.needed)),
    'conversations',
  );
  for (const cause of [...new Set(rows.filter(isNoise).map((row) => row.cause))].sort()) {
    const all = sum((row) => isNoise(row) && row.cause === cause);
    const found = sum((row) => isNoise(row) && row.cause === cause && row.noise !== '');
    report(`noise-recall-${cause.replaceAll(' ', '-')}${cause === SAID ? '-on-the-way' : ''}`, found / all, 'share');
  }
  const scanners = noise.findings.filter(({ kind }) => kind.endsWith('scan') || kind === 'sweep');
  const guilty = await store.query<{ client: string }>(
    `SELECT DISTINCT replaceOne(toString(client), '::ffff:', '') AS client FROM generated
     WHERE kind IN ('scan', 'attack', 'noise')`,
  );
  const known = new Set(guilty.map(({ client }) => client));
  report('scanners', new Set(scanners.map(({ address }) => address)).size, 'clients');
  report(
    'scanners-wrong',
    new Set(scanners.map(({ address }) => address).filter((each) => !known.has(each))).size,
    'clients',
  );
}

async function judgeDynamic(store: Store, window: Window, report: Report): Promise<void> {
  const started = performance.now();
  const services = await findDynamicServices(store, window);
  report('dynamic-seconds', (performance.now() - started) / 1000, 's');
  const sure = services.filter(({ confidence, control }) => control !== null || confidence >= SURE);
  const folded = new Set(
    sure.flatMap(({ server, protocol, ports }) => ports.map((port) => `${server} ${protocol} ${port}`)),
  );
  const handedOut = await store.query<{ endpoint: string }>(
    `SELECT DISTINCT concat(replaceOne(toString(server), '::ffff:', ''), ' ', toString(protocol), ' ', toString(port)) AS endpoint
     FROM labelled WHERE service IN ('ms-rpc', 'ftp', 'portmap', 'rmi', 'containers')
       AND port NOT IN (135, 21, 111, 1099, 8032) AND needed`,
  );
  const truth = new Set(handedOut.map(({ endpoint }) => endpoint));
  const hits = [...folded].filter((endpoint) => truth.has(endpoint)).length;
  report('dynamic-services', sure.length, 'services');
  report('dynamic-unsure', services.length - sure.length, 'services');
  report('dynamic-ports', truth.size, 'ports');
  report('dynamic-recall', truth.size === 0 ? 1 : hits / truth.size, 'share');
  report('dynamic-precision', folded.size === 0 ? 1 : hits / folded.size, 'share');
}
