import type { Store } from '../../ingest/store';
import type { DriftReport } from './model';

/** What an evaluation found; what people dismissed is added when it is read. */
export type RawReport = Omit<DriftReport, 'digest' | 'rerun'>;

export async function saveReport(store: Store, report: RawReport, at: Date): Promise<void> {
  await store.insert('drift_reports', [
    { policy: report.policy, evaluated: at.getTime() * 1000, body: JSON.stringify(report) },
  ]);
}

/** The newest. @param policy its id */
export async function findReport(store: Store, policy: string): Promise<RawReport | undefined> {
  const [row] = await store.query<{ body: string }>(
    'SELECT body FROM drift_reports WHERE policy = {policy:String} ORDER BY evaluated DESC LIMIT 1',
    { policy },
  );
  return row && (JSON.parse(row.body) as RawReport);
}
