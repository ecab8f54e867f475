import {
  hourOf,
  openTestStore,
  putHours,
  TEN,
  type TestStore,
} from '../../analytics/conversations/query/testing/conversations';
import { createDirectory, type Inventory } from '../../analytics/inventory';
import type { Dependency } from '../../analytics/model/dependency';
import type { Topology } from '../../analytics/model/topology';
import { parsePrefix } from '../../ingest/kernel/ip';
import type { Policy } from '../model/policy';
import { propose } from '../propose';
import { TOPOLOGY, use, workloadOf } from '../propose/topology.fixture';
import { tcp } from '../model/policy.fixture';
import { acceptDelta } from './delta';
import { createDrift, type Drift } from './drift';
import type { DriftReport } from './model';

jest.setTimeout(60_000);

const HOUR = 3600;
const DAY = 24 * HOUR;
const NETWORKS = ['10.0.0.0/8', '2001:db8::/32'];
const LEARNED = { from: TEN - 30 * DAY, to: TEN };

let test: TestStore;
let drift: Drift;
let now: Date;
let workloads: Topology['workloads'];

/** The inventory of the story: whoever is in `workloads` at the time. */
const inventory: Pick<Inventory, 'directory'> = {
  directory: () =>
    Promise.resolve(
      createDirectory(
        workloads
          .filter(({ kind }) => kind === 'managed')
          .flatMap(({ id, addresses }) => addresses.map((address) => ({ address, name: id, labels: {} }))),
        NETWORKS.map(parsePrefix),
      ),
    ),
};

const start = () => createDrift({ store: test.store, inventory, clock: () => now, networks: NETWORKS });

beforeAll(async () => {
  test = await openTestStore('drift');
});
afterAll(() => test.close());
beforeEach(async () => {
  for (const table of ['conversations', 'buckets', 'drift_hours', 'drift_uses', 'drift_denied', 'drift_reports'])
    await test.store.command(`TRUNCATE TABLE ${table}`);
  await test.store.command('TRUNCATE TABLE drift_dismissals');
  workloads = TOPOLOGY.workloads;
  now = new Date((TEN + 2 * HOUR) * 1000);
  drift = start();
});

const seen = { firstSeen: LEARNED.from + 60, lastSeen: LEARNED.to - 60, hours: 720, reporters: ['192.0.2.1'] };
const DAILY: readonly Dependency[] = [
  use('web-1', 'app-1', tcp(8443), seen),
  use('web-2', 'app-2', tcp(8443), seen),
  use('app-1', 'db-1', tcp(5432), seen),
];
const topology: Topology = { ...TOPOLOGY, window: LEARNED };
const learned = (dependencies = DAILY): Policy =>
  propose({ topology, dependencies, name: 'shop', now: new Date(TEN * 1000).toISOString() });

/** What the policy was learned from, once an hour. */
const usual = (hours: number): object[] => [
  hourOf(hours, '10.0.1.1', '10.0.2.1', { port: 8443 }),
  hourOf(hours, '10.0.1.2', '10.0.2.2', { port: 8443 }),
  hourOf(hours, '10.0.2.1', '10.0.3.1', { port: 5432 }),
];

const evaluate = (policy = learned(), groups = topology): Promise<DriftReport> =>
  drift.evaluate({ policy, enforced: false }, groups);
const brief = ({ findings }: DriftReport) => findings.map(({ kind, severity, words }) => [kind, severity, words]);

describe('drift', () => {
  it('has nothing to say where everything is as it was', async () => {
    await putHours(test.store, [...usual(0), ...usual(1)]);
    const report = await evaluate();
    expect(report).toMatchObject({ hours: 2, findings: [], digest: [], rerun: { advised: false } });
    expect(report.words).toContain('everything is as the policy says');
  });

  it('says so where nothing was seen since', async () => {
    expect((await evaluate()).words).toContain('nothing can have drifted yet');
  });

  it('proposes a rule for what an application newly uses, and taking it up ends the finding', async () => {
    await putHours(test.store, [
      ...usual(0),
      hourOf(0, '10.0.1.1', '10.0.3.1', { port: 6379, connections: 7, established: 7 }),
      hourOf(1, '10.0.1.2', '10.0.3.1', { port: 6379, connections: 5, established: 5 }),
    ]);
    const report = await evaluate();
    expect(brief(report)).toEqual([
      ['new-use', 'medium', 'no rule covers what is used: web of shop may reach db of shop on redis (6379/tcp)'],
    ]);
    expect(report.findings[0]).toMatchObject({
      application: { id: 'shop', name: 'shop' },
      connections: 12,
      who: ['web-1', 'web-2'],
      firstSeen: TEN + 60,
      lastSeen: TEN + HOUR + 120,
      filter: 'client in (10.0.1.1, 10.0.1.2) and server in (10.0.3.1, 2001:db8::31) and protocol 6 and port 6379',
    });
    expect(report.rerun).toEqual({ advised: true, reasons: ['1 use that no rule covers'] });
    const next = acceptDelta(learned(), report.delta);
    expect(next.id).not.toBe(learned().id);
    expect((await evaluate(next)).findings).toEqual([]);
  });
});
