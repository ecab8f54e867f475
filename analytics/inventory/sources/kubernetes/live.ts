import { z } from 'zod';
import { codeOf, WayleaveError } from '../../../../ingest/kernel/errors';
import type { SourceDocument } from '../../source';
import type { Cluster } from './cluster';
import { getJson } from './request';

/** What an inventory needs; the cluster role in the documentation grants to list these and nothing else. */
const LISTS = [
  { kind: 'NodeList', apiVersion: 'v1', path: '/api/v1/nodes' },
  { kind: 'NamespaceList', apiVersion: 'v1', path: '/api/v1/namespaces' },
  { kind: 'PodList', apiVersion: 'v1', path: '/api/v1/pods' },
  { kind: 'ServiceList', apiVersion: 'v1', path: '/api/v1/services' },
  { kind: 'EndpointSliceList', apiVersion: 'discovery.k8s.io/v1', path: '/apis/discovery.k8s.io/v1/endpointslices' },
  { kind: 'IngressList', apiVersion: 'networking.k8s.io/v1', path: '/apis/networking.k8s.io/v1/ingresses' },
] as const;

/** kubectl's own. */
const PAGE = 500;
const TIMEOUT = 30_000;
/** Five times what a cluster may have (Kubernetes' stated limit is 150,000 pods). */
const MOST_PAGES = 1500;
/** A page's continuation is kept for some five minutes; a list that outlives it is begun again. */
const MOST_BEGINNINGS = 3;

const page = z.object({
  metadata: z.object({ continue: z.string().max(4096).optional() }).prefault({}),
  items: z.array(z.unknown()).nullish(),
});

/**
 * A cluster as it is now, as documents for the source `kubernetes`: a list of each kind. A kind that the cluster does not have is
 * left out; one that we may not list is an error, since what is missing would be taken for gone.
 *
 * @param limits objects a page; milliseconds for each page
 * @throws WayleaveError `cluster-refused`, `cluster-unreachable`, `cluster-expired`
 */
export async function readCluster(
  cluster: Cluster,
  { pageSize = PAGE, timeout = TIMEOUT }: { readonly pageSize?: number; readonly timeout?: number } = {},
): Promise<SourceDocument[]> {
  const documents: SourceDocument[] = [];
  for (const { kind, apiVersion, path } of LISTS) {
    const items = await listAll(cluster, path, pageSize, timeout);
    if (items === undefined) continue;
    const json = { kind, apiVersion, items };
    documents.push({ name: `${cluster.server}${path}`, text: JSON.stringify(json), json });
  }
  return documents;
}

async function listAll(
  cluster: Cluster,
  path: string,
  pageSize: number,
  timeout: number,
): Promise<unknown[] | undefined> {
  for (let beginning = 1; ; beginning++) {
    try {
      return await listOnce(cluster, path, pageSize, timeout);
    } catch (error) {
      if (codeOf(error) !== 'cluster-expired' || beginning === MOST_BEGINNINGS) throw error;
    }
  }
}

async function listOnce(
  cluster: Cluster,
  path: string,
  pageSize: number,
  timeout: number,
): Promise<unknown[] | undefined> {
  const items: unknown[] = [];
  let next = '';
  for (let count = 0; count < MOST_PAGES; count++) {
    const query = new URLSearchParams({ limit: String(pageSize), ...(next !== '' && { continue: next }) });
    const answer = await getJson(cluster, `${path}?${query.toString()}`, timeout);
    if (answer === undefined) return undefined;
    const { data } = page.safeParse(answer);
    if (data === undefined) throw failed(cluster, path, 'the answer is no list');
    for (const item of data.items ?? []) items.push(item);
    const { continue: behind = '' } = data.metadata;
    if (behind === '') return items;
    if (behind === next) break;
    next = behind;
  }
  throw failed(cluster, path, 'the list does not end');
}

function failed({ server }: Cluster, path: string, problem: string): WayleaveError {
  return new WayleaveError(`${server}${path}: ${problem}`, { code: 'cluster-unreachable', where: { server, path } });
}
