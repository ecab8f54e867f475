import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askChild } from '../../fixtures/ask-child';
import type { EstateProfile } from '../quality/estate';
import type { Grouped, Order } from './grouping/child';
import type { StoredEstate } from './grouping/stored-estate';

type Report = (metric: string, value: number, unit: string) => void;

/** 33 k managed hosts and 786 k dependencies. */
const ESTATE: EstateProfile = {
  applications: 3200,
  tierSize: 3,
  mesh: false,
  shared: true,
  wander: 0.1,
  fanOut: 5,
  clutter: 5,
  noise: 2,
  coverage: 0.64,
  inventory: 1,
};
const HALF: EstateProfile = { ...ESTATE, applications: 1600 };
/** 100 k managed hosts and 5 M dependencies. */
const LARGE: EstateProfile = { ...ESTATE, applications: 9700, fanOut: 11, clutter: 10, noise: 5, coverage: 0.8 };
const DAYS = 8;

/**
 * Grouping by size, from stored conversations to the topology, and again after one more day of them. With a folder of
 * edge files (docs: groups), that network alone.
 *
 * @throws Error when a rerun differs from a run afresh
 */
export async function bench(report: Report, { data }: { readonly data?: string }): Promise<void> {
  if (data !== undefined) return reportSize(report, '', await ask<Grouped>({ kind: 'files', folder: data }));
  const whole = await withEstate(ESTATE, 1, (folder, estate) =>
    ask<Grouped>({ kind: 'group', folder, estate, days: 1 }),
  );
  reportSize(report, '', whole);
  const half = await withEstate(HALF, 1, (folder, estate) => ask<Grouped>({ kind: 'group', folder, estate, days: 1 }));
  report('dependencies-half', half.dependencies, 'dependencies');
  report('seconds-half', half.seconds, 's');
  // By CPU time: what else the machine does is none of ours. 1 is linear.
  const each = ({ cpuSeconds, dependencies }: Grouped) => cpuSeconds / dependencies;
  report('cost-per-dependency', each(whole) / each(half), 'of that at half the size');
  await withEstate(ESTATE, DAYS, (folder, estate) => benchRerun(report, folder, estate));
  const large = await withEstate(LARGE, 1, (folder, estate) =>
    ask<Grouped>({ kind: 'group', folder, estate, days: 1 }),
  );
  reportSize(report, '-100k', large);
}

function reportSize(report: Report, size: string, found: Grouped): void {
  report(`seconds${size}`, found.seconds, 's');
  report(`cpu-seconds${size}`, found.cpuSeconds, 's');
  report(`read-seconds${size}`, found.readSeconds, 's');
  report(`rss${size}`, found.rss, 'MiB');
  report(`hosts${size}`, found.hosts, 'workloads');
  report(`dependencies${size}`, found.dependencies, 'dependencies');
  report(`groups${size}`, found.groups, 'groups');
}

async function benchRerun(report: Report, folder: string, estate: StoredEstate): Promise<void> {
  await ask<Grouped>({ kind: 'group', folder, estate, days: DAYS - 1 });
  const rerun = await ask<Grouped>({ kind: 'group', folder, estate, days: DAYS });
  const full = await ask<Grouped>({ kind: 'group', folder, estate, days: DAYS, afresh: true });
  if (rerun.digest !== full.digest) throw new Error('a rerun after one more day gave other groups than a run afresh');
  const seconds = (run: Grouped) => run.readSeconds + run.seconds;
  report('full-seconds', seconds(full), 's');
  report('incremental-seconds', seconds(rerun), 's');
  report('incremental-share', seconds(rerun) / seconds(full), 'of a full run');
}

async function withEstate<T>(
  profile: EstateProfile,
  days: number,
  use: (folder: string, estate: StoredEstate) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-grouping-'));
  try {
    return await use(folder, await ask<StoredEstate>({ kind: 'store', folder, profile, days }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Grouping has a limit of its own. */
function ask<Answer>(order: Order): Promise<Answer> {
  return askChild(join(__dirname, 'grouping', 'child.ts'), order);
}
