import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  documentOf,
  openCluster,
  readCluster,
  type ClusterChoice,
  type SourceDocument,
} from '../../../analytics/inventory';
import { messageOf, WayleaveError } from '../../../ingest/kernel/errors';

/** Which cluster is asked itself; either of them is enough. */
export interface ClusterOptions {
  /** True: the one that kubectl would take. */
  readonly kubeconfig?: string | true;
  readonly context?: string;
}

/** Undefined where files are read. */
export function clusterOf({ kubeconfig, context }: ClusterOptions): ClusterChoice | undefined {
  if (kubeconfig === undefined && context === undefined) return undefined;
  return {
    ...(typeof kubeconfig === 'string' ? { kubeconfig } : {}),
    ...(context === undefined ? {} : { context }),
  };
}

/**
 * What an import is made from.
 *
 * @throws WayleaveError `no-inventory` unless there are either files or a cluster; `unreadable-file`; and as `openCluster`
 *   and `readCluster` do
 */
export async function readDocuments(
  files: readonly string[],
  cluster: ClusterChoice | undefined,
): Promise<SourceDocument[]> {
  if (cluster ? files.length > 0 : files.length === 0) {
    throw new WayleaveError('name files to read, or a cluster by --kubeconfig or --context, and not both', {
      code: 'no-inventory',
    });
  }
  if (cluster) return readCluster(await openCluster(cluster));
  return Promise.all(files.map(async (file) => documentOf(basename(file), await read(file))));
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new WayleaveError(`cannot read ${file}: ${messageOf(cause)}`, {
      code: 'unreadable-file',
      where: { file },
      cause,
    });
  }
}
