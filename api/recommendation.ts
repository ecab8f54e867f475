import { WayleaveError } from '../ingest/kernel/errors';
import type { Policy } from '../recommender/model/policy';
import type { Documents } from './documents';

/** The latest recommendation, or that of an id. @throws WayleaveError `no-recommendation` */
export async function findRecommendation(documents: Pick<Documents, 'find'>, id?: string): Promise<Policy> {
  const found = await documents.find('policy', id);
  if (found) return found;
  throw new WayleaveError(
    id === undefined
      ? 'nothing has been recommended yet: run `wayleave recommend`'
      : `there is no recommendation ${id}`,
    { code: 'no-recommendation' },
  );
}
