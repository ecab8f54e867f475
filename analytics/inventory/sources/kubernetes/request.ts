import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { messageOf, WayleaveError } from '../../../../ingest/kernel/errors';
import type { Cluster } from './cluster';

/** A page of 500 pods is some 5 MB; a server that sends far more is not asked for it again. */
const LONGEST_ANSWER = 256 * 1024 * 1024;

/**
 * One GET of the API; undefined where the cluster does not have that resource.
 *
 * @param path with its query: `/api/v1/pods?limit=500`
 * @param timeout milliseconds for the whole answer
 * @throws WayleaveError `cluster-refused`, `cluster-expired` (410: what the request builds on is no longer kept),
 *   `cluster-unreachable` (retriable)
 */
export async function getJson(cluster: Cluster, path: string, timeout: number): Promise<unknown> {
  const where = { server: cluster.server, path };
  const unreachable = (problem: string, cause?: unknown) =>
    new WayleaveError(`${cluster.server} did not answer ${path}: ${problem}`, {
      code: 'cluster-unreachable',
      retriable: true,
      where,
      cause,
    });
  let answer: { status: number; text: string };
  try {
    answer = await send(cluster, path, AbortSignal.timeout(timeout));
  } catch (error) {
    throw unreachable(messageOf(error), error);
  }
  const { status, text } = answer;
  if (status === 404) return undefined;
  if (status === 410)
    throw new WayleaveError(`${path} has expired`, { code: 'cluster-expired', retriable: true, where });
  if (status === 401 || status === 403) {
    throw new WayleaveError(`${cluster.server} refuses ${path} (${status}): ${reasonOf(text)}`, {
      code: 'cluster-refused',
      where,
    });
  }
  if (status !== 200) throw unreachable(`status ${status}: ${reasonOf(text)}`);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw unreachable(`the answer is no JSON: ${messageOf(error)}`, error);
  }
}

async function send(cluster: Cluster, path: string, signal: AbortSignal): Promise<{ status: number; text: string }> {
  const options = await cluster.authorise();
  const url = new URL(cluster.server + path);
  const request = url.protocol === 'http:' ? requestHttp : requestHttps;
  const headers = { ...options.headers, accept: 'application/json', 'user-agent': 'wayleave' };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { ...options, headers, signal }, resolve)
      .on('error', reject)
      .end();
  });
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_ANSWER) throw new Error(`the answer is longer than ${LONGEST_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
}

/** The message of a Status object, which says which verb on which resource a role lacks. */
function reasonOf(text: string): string {
  try {
    const status = JSON.parse(text) as { message?: unknown } | null;
    if (typeof status?.message === 'string') return status.message.slice(0, 400);
  } catch {
    // A proxy in front of the server says it in its own words.
  }
  return text.slice(0, 200);
}
