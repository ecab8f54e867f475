import { parseFilter } from '../../ingest/query';
import { CONVERSATION_FIELDS, FLOW_AND_CONVERSATION_FIELDS } from '../conversations/query';
import { openTestStore, type TestStore } from '../conversations/query/testing/conversations';
import { crownJewels } from './crown-jewels';
import type { Detector } from './detector';
import { administrationSpread } from './detectors/administration-spread';
import { alerts } from './detectors/alerts';
import { crownJewel } from './detectors/crown-jewel';
import { directoryReplication } from './detectors/directory-replication';
import { firstAdministration } from './detectors/first-administration';
import { portScan } from './detectors/port-scan';
import { remoteExecution } from './detectors/remote-execution';
import { scanned } from './detectors/scanned';
import { volume } from './detectors/volume';
import type { Threats } from './find-threats';
import { DETECTORS } from './registry';
import { hourly, look, range, topologyOf, writeUses, type Machines, type Use } from './scene.fixture';

jest.setTimeout(60_000);

const MACHINES: Machines = {
  pc1: { address: '10.0.1.1', role: 'pc' },
  pc2: { address: '10.0.1.2', role: 'pc' },
  pc3: { address: '10.0.1.3', role: 'pc' },
  web1: { address: '10.0.2.1', role: 'web' },
  web2: { address: '10.0.2.2', role: 'web' },
  db1: { address: '10.0.3.1', role: 'postgres' },
  dc1: { address: '10.0.9.1', role: 'directory' },
  jump1: { address: '10.0.9.2', role: 'jump' },
  scan1: { address: '10.0.9.3', role: 'scanner' },
  mon1: { address: '10.0.9.4', role: 'monitoring' },
  wsus1: { address: '10.0.9.5', role: 'updates' },
};
const at = (name: string): string => MACHINES[name]?.address ?? '';
const use = (client: string, server: string, port: number): Omit<Use, 'hour'> => ({
  client: at(client),
  server: at(server),
  port,
});
/** Eight days in which everybody does what they do. */
const USUAL: readonly Use[] = [
  ...hourly(range(0, 216), use('web1', 'db1', 5432)),
  ...hourly(range(0, 216), use('pc1', 'dc1', 445)),
  ...hourly(range(0, 216), use('pc2', 'dc1', 88)),
  ...hourly(range(0, 216), use('pc3', 'web2', 443)),
  ...hourly(range(0, 216), use('web2', 'dc1', 389)),
  ...hourly(range(0, 192), use('jump1', 'web1', 22)),
  ...hourly(range(0, 216), use('mon1', 'web1', 9100)),
  ...hourly(range(0, 216), use('wsus1', 'dc1', 88)),
  ...hourly(range(0, 216), { ...use('web1', 'dc1', 53), protocol: 17 }),
  ...hourly(range(0, 200), { client: at('db1'), server: '198.51.100.7', port: 443, bytes: 30_000_000 }),
];
const dying = (client: string, servers: readonly string[], ports: readonly number[]): Use[] =>
  servers.flatMap((server) => ports.map((port) => ({ hour: 200, client, server, port, outcome: 'refused' as const })));

const PLANTED: readonly Use[] = [
  // Nobody ever used ssh between web servers; the jump host newly goes to another of them, as it goes to the first.
  ...hourly([200], use('web1', 'web2', 22)),
  ...hourly([201], use('jump1', 'web2', 22)),
  // A workstation runs programs on another, while workstations talk to the directory as ever.
  ...hourly([202], use('pc1', 'pc2', 445)),
  ...hourly([202], use('pc1', 'pc2', 135)),
  ...hourly([202], use('pc1', 'pc2', 49_700)),
  ...hourly([202], use('pc3', 'dc1', 135)),
  ...hourly([202], use('pc3', 'dc1', 445)),
  ...hourly([202], use('pc3', 'dc1', 49_701)),
  // A workstation at the database; and another web server, as its peer always did.
  ...hourly([203], use('pc3', 'db1', 5432)),
  ...hourly([203], use('web2', 'db1', 5432)),
  // More than ever before, and as much as always.
  ...hourly([204], { client: at('db1'), server: '198.51.100.9', port: 443, bytes: 3_000_000_000 }),
  // Whose profession is another one: monitoring by remote desktop, an update server that logs on to a workstation.
  ...hourly([206], use('mon1', 'web2', 3389)),
  ...hourly([206], use('wsus1', 'pc3', 5985)),
  // One jump host on eight at once, and a workstation that copies the directory.
  ...range(1, 9).flatMap((n) => hourly([207], { client: at('jump1'), server: `10.0.8.${n}`, port: 22 })),
  ...hourly([208], { ...use('pc1', 'dc1', 49_800), bytes: 60_000_000 }),
  // One host a day for four days and three on the fifth, in vain.
  ...[4, 5, 6, 7, 8, 8, 8].map((day, n) => ({
    hour: day * 24 + 5,
    client: at('wsus1'),
    server: `10.0.6.${n}`,
    port: 445,
    outcome: 'refused' as const,
  })),
  ...dying(
    at('pc2'),
    range(1, 60).map((n) => `10.0.7.${n}`),
    [3389],
  ),
  ...dying(
    at('scan1'),
    range(1, 60).map((n) => `10.0.7.${n}`),
    [80],
  ),
  ...dying(at('pc1'), [at('web1')], range(1, 60)),
  ...hourly([205], {
    client: '203.0.113.9',
    server: at('web1'),
    port: 443,
    alerts: ['ET EXPLOIT something', 'SURICATA STREAM odd'],
  }),
];

describe('threats', () => {
  let opened: TestStore;
  const found = (days: readonly [number, number], detectors: readonly Detector[] = DETECTORS): Promise<Threats> =>
    look({ store: opened.store, machines: MACHINES, detectors, days });

  beforeAll(async () => {
    opened = await openTestStore('threats');
    await writeUses(opened.store, [...USUAL, ...PLANTED]);
  });
  afterAll(() => opened.close());

  const wordsOf = ({ findings }: Threats) =>
    findings.map(({ kind, workloads }) => [kind, ...workloads.map(({ name }) => name)].join(' ')).sort();

  it.each<[Detector, string[]]>([
    [alerts, ['alert 203.0.113.0/24 web1', 'alert 203.0.113.0/24 web1']],
    [portScan, ['port-scan pc1', 'port-scan pc2', 'port-scan wsus1']],
    [scanned, ['scanned pc1 web1']],
    [
      firstAdministration,
      [
        'first-administration mon1 web2',
        'first-administration pc1 pc2',
        'first-administration pc1 pc2',
        'first-administration web1 web2',
        'first-administration wsus1 pc3',
      ],
    ],
    [remoteExecution, ['remote-execution pc1 pc2']],
    [
      administrationSpread,
      [
        `administration-spread jump1 ${range(1, 9)
          .map((n) => `10.0.8.${n}`)
          .join(' ')}`,
      ],
    ],
    [directoryReplication, ['directory-replication pc1 dc1']],
    [crownJewel, ['crown-jewel pc3 db1']],
    [volume, ['volume db1 198.51.100.0/24']],
  ])('%j finds what was planted and nothing else', async (detector, expected) => {
    expect(wordsOf(await found([8, 9], [detector]))).toEqual(expected);
  });

  it('finds nothing on a day on which nothing happened', async () => {
    expect(wordsOf(await found([7, 8]))).toEqual([]);
  });

  it('says why what it saw was ordinary', async () => {
    const { detectors } = await found([8, 9], [firstAdministration, portScan]);
    const reasons = detectors.flatMap(({ excused }) => excused.map(({ reason }) => reason));
    expect(reasons).toContain('ssh by administration, whose job it is');
    expect(reasons).toContain('smb to directory, which is there for it');
    expect(reasons).toContain('scans by known scanners');
  });

  it('says so where there is nothing to compare with', async () => {
    const { detectors, findings } = await found([0, 1], [firstAdministration, volume]);
    expect(findings).toEqual([]);
    expect(detectors.map(({ unjudged }) => unjudged)).toEqual([
      'there is less than 1 day of conversations before the window to compare with',
      'there are 0.0 days of conversations before the window; expected 7, for a week has all kinds of days',
    ]);
  });

  it('says the same of the same, with filters that parse', async () => {
    const [first, again] = [await found([8, 9]), await found([8, 9])];
    expect(again).toEqual(first);
    expect(first.findings.length).toBeGreaterThan(8);
    expect(new Set(first.findings.map(({ id }) => id)).size).toBe(first.findings.length);
    for (const { filter } of first.findings) {
      expect(() => parseFilter(CONVERSATION_FIELDS, filter)).not.toThrow();
      expect(() => parseFilter(FLOW_AND_CONVERSATION_FIELDS, filter)).not.toThrow();
    }
  });

  it('rates by what an alert is about, and a jewel that was only suggested below one that was marked', async () => {
    const { findings } = await found([8, 9], [crownJewel, alerts]);
    expect(findings.map(({ kind, severity }) => `${kind} ${severity}`)).toEqual([
      'crown-jewel medium',
      'alert high',
      'alert low',
    ]);
    const marks = [{ subject: 'db1', jewel: true, by: 'ann', reason: 'payroll', at: 1 }];
    const marked = await look({
      store: opened.store,
      machines: MACHINES,
      detectors: [crownJewel],
      days: [8, 9],
      marks,
    });
    expect(marked.findings.map(({ severityReason }) => severityReason)).toEqual(['marked by ann: payroll']);
  });
});

describe('crown jewels', () => {
  const mark = (subject: string, jewel: boolean, when: number) => ({
    subject,
    jewel,
    by: 'ann',
    reason: 'payroll',
    at: when,
  });

  it('are suggested by role, and marked or refused by people, the latest word counting', () => {
    const topology = topologyOf(MACHINES);
    expect([...crownJewels(topology).keys()]).toEqual(['db1', 'dc1']);
    const marked = crownJewels(topology, [
      mark('g-web', true, 1),
      mark('dc1', false, 1),
      mark('db1', false, 1),
      mark('db1', true, 2),
    ]);
    expect([...marked.values()].map(({ workload, reason }) => `${workload}: ${reason}`)).toEqual([
      'db1: marked by ann: payroll',
      'web1: marked by ann: payroll',
      'web2: marked by ann: payroll',
    ]);
  });
});
