import { hourOf, openTestStore, TEN, type TestStore } from '../../analytics/conversations/query/testing/conversations';
import { createDirectory, type Inventory } from '../../analytics/inventory';
import type { Dependency } from '../../analytics/model/dependency';
import type { Topology } from '../../analytics/model/topology';
import { parsePrefix } from '../../ingest/kernel/ip';
import type { Store } from '../../ingest/store';
import { tcp } from '../model/policy.fixture';
import type { Policy } from '../model/policy';
import { propose } from '../propose';
import { TOPOLOGY, use } from '../propose/topology.fixture';
import { createDrift, type Drift } from './drift';
import type { DriftReport } from './model';

export const HOUR = 3600;
const DAY = 24 * HOUR;
const NETWORKS = ['10.0.0.0/8', '2001:db8::/32'];
const LEARNED = { from: TEN - 30 * DAY, to: TEN };

export const seen = { firstSeen: LEARNED.from + 60, lastSeen: LEARNED.to - 60, hours: 720, reporters: ['192.0.2.1'] };
const DAILY: readonly Dependency[] = [
  use('web-1', 'app-1', tcp(8443), seen),
  use('web-2', 'app-2', tcp(8443), seen),
  use('app-1', 'db-1', tcp(5432), seen),
];
export const topology: Topology = { ...TOPOLOGY, window: LEARNED };

/** What the policy was learned from, once an hour. */
export const usual = (hours: number): object[] => [
  hourOf(hours, '10.0.1.1', '10.0.2.1', { port: 8443 }),
  hourOf(hours, '10.0.1.2', '10.0.2.2', { port: 8443 }),
  hourOf(hours, '10.0.2.1', '10.0.3.1', { port: 5432 }),
];

export const brief = ({ findings }: DriftReport) =>
  findings.map(({ kind, severity, words }) => [kind, severity, words]);

/** A month that a policy was learned from, and what comes after it. */
export interface Story {
  readonly store: Store;
  readonly drift: Drift;
  /** The inventory. */
  workloads: Topology['workloads'];
  now: Date;
  restart(): void;
  policy(dependencies?: readonly Dependency[]): Policy;
  evaluate(policy?: Policy, groups?: Topology): Promise<DriftReport>;
}

/** For all tests of a suite; each begins with a policy of its own, of which nothing has been evaluated. */
export function tellStories(name: string): Story {
  let test: TestStore;
  let drift: Drift;
  let told = 0;
  const inventory: Pick<Inventory, 'directory'> = {
    directory: () =>
      Promise.resolve(
        createDirectory(
          story.workloads
            .filter(({ kind }) => kind === 'managed')
            .flatMap(({ id, addresses }) => addresses.map((address) => ({ address, name: id, labels: {} }))),
          NETWORKS.map(parsePrefix),
        ),
      ),
  };
  const story: Story = {
    get store() {
      return test.store;
    },
    get drift() {
      return drift;
    },
    workloads: TOPOLOGY.workloads,
    now: new Date(0),
    restart() {
      drift = createDrift({ store: test.store, inventory, clock: () => story.now, networks: NETWORKS });
    },
    policy: (dependencies = DAILY) =>
      propose({ topology, dependencies, name: `shop ${told}`, now: new Date(TEN * 1000).toISOString() }),
    evaluate: (policy = story.policy(), groups = topology) => drift.evaluate({ policy, enforced: false }, groups),
  };
  beforeAll(async () => {
    test = await openTestStore(name);
  }, 60_000);
  afterAll(() => test.close());
  beforeEach(async () => {
    for (const table of ['conversations', 'buckets']) await test.store.command(`TRUNCATE TABLE ${table}`);
    told++;
    story.workloads = TOPOLOGY.workloads;
    story.now = new Date((TEN + 2 * HOUR) * 1000);
    story.restart();
  });
  return story;
}
