import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askChild } from '../../fixtures/ask-child';
import type { EstateProfile } from '../../analytics/quality/estate';
import type { Filled, Judged, Order, Recommended } from './recommending/child';

type Report = (metric: string, value: number, unit: string) => void;

/** 33 k managed hosts and 786 k dependencies. */
const LARGE: EstateProfile = {
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
/** 10 k workloads in all. */
const ESTATE: EstateProfile = { ...LARGE, applications: 810 };
/** These are 12.6 M conversations of an hour: what 100 M flows come to at eight each, three connections seen both ways and often twice. */
const DAYS = 30;

/**
 * From what is rolled up to a policy and what it would have done: 10 k workloads over 30 days, and 33 k over one. With a
 * folder of edge files (docs: groups), the chain of that network alone.
 */
export async function bench(report: Report, { data }: { readonly data?: string }): Promise<void> {
  if (data !== undefined) return reportChain(report, await ask<Recommended>({ kind: 'files', folder: data }));
  await withEstate(ESTATE, DAYS, async (folder, { estate, conversations, days }) => {
    report('conversations', conversations, 'rows of hours');
    report('conversation-days', days, 'rows of days');
    const found = await ask<Judged>({ kind: 'judge', folder, estate, days: DAYS });
    report('draft', found.readSeconds + found.proposeSeconds, 's');
    reportRun(report, 'draft', found);
    report('replay', found.replaySeconds, 's');
    report('drift', found.driftSeconds, 's');
    report('drift-conversations', found.hourly, 'conversations');
    report('drift-findings', found.findings, 'findings');
  });
  await withEstate(LARGE, 1, async (folder, { estate }) =>
    reportChain(report, await ask<Recommended>({ kind: 'recommend', folder, estate, days: 1 })),
  );
}

function reportChain(report: Report, found: Recommended): void {
  report('chain', found.groupSeconds + found.proposeSeconds, 's');
  reportRun(report, 'chain', found);
}

function reportRun(report: Report, metric: string, found: Recommended): void {
  report(`${metric}-read`, found.readSeconds, 's');
  report(`${metric}-group`, found.groupSeconds, 's');
  report(`${metric}-propose`, found.proposeSeconds, 's');
  report(`${metric}-rss`, found.rss, 'MiB');
  report(`${metric}-workloads`, found.workloads, 'workloads');
  report(`${metric}-dependencies`, found.dependencies, 'dependencies');
  report(`${metric}-rules`, found.rules, 'rules');
}

async function withEstate(
  profile: EstateProfile,
  days: number,
  use: (folder: string, filled: Filled) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-recommending-'));
  try {
    await use(folder, await ask<Filled>({ kind: 'store', folder, profile, days }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Grouping has a limit of its own. */
function ask<Answer>(order: Order): Promise<Answer> {
  return askChild(join(__dirname, 'recommending', 'child.ts'), order);
}
