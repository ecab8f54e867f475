import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface StoredObject {
  readonly body: string;
  readonly etag: string;
  readonly modified: Date;
}

interface ObjectRequest {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly key: string;
  readonly authorization: string;
}

/** As much of S3 as reading a bucket needs: ListObjectsV2 in pages, GetObject, and failing when told to. */
export async function startObjectStore({ pageSize = 3 } = {}) {
  const objects = new Map<string, StoredObject>();
  const requests: ObjectRequest[] = [];
  /** What becomes of the next requests for objects, one each. */
  const faults: ('slow-down' | 'truncate' | 'forbid' | 'archived')[] = [];

  const list = (query: URLSearchParams): string => {
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const prefix = query.get('prefix') ?? '';
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const page = keys.slice(0, pageSize);
    const contents = page.map((key) => {
      const { body, etag, modified } = objects.get(key) as StoredObject;
      return `<Contents><Key>${key.replaceAll('&', '&amp;')}</Key><LastModified>${modified.toISOString()}</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${body.length}</Size></Contents>`;
    });
    const more = keys.length > page.length;
    const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    return `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>logs</Name><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`;
  };

  const refuse = (response: ServerResponse, status: number, code: string): void => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
  };

  const get = (request: IncomingMessage, response: ServerResponse, key: string): void => {
    const fault = faults.shift();
    if (fault === 'slow-down') return refuse(response, 503, 'SlowDown');
    if (fault === 'forbid') return refuse(response, 403, 'AccessDenied');
    if (fault === 'archived') return refuse(response, 403, 'InvalidObjectState');
    const object = objects.get(key);
    if (!object) return refuse(response, 404, 'NoSuchKey');
    if (request.headers['if-match'] !== `"${object.etag}"`) return refuse(response, 412, 'PreconditionFailed');
    response.writeHead(200, { 'content-length': object.body.length, etag: `"${object.etag}"` });
    if (fault !== 'truncate') return void response.end(object.body);
    response.write(object.body.slice(0, 2), () => response.destroy());
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://store');
    const key = decodeURIComponent(url.pathname.replace(/^\/logs\/?/, ''));
    const { method = '', headers } = request;
    requests.push({ method, query: url.searchParams, key, authorization: headers.authorization ?? '' });
    if (url.searchParams.get('list-type') !== '2') return get(request, response, key);
    response.writeHead(200, { 'content-type': 'application/xml' }).end(list(url.searchParams));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    requests,
    faults,
    put(key: string, body: string, modified = '2026-11-21T08:00:00Z') {
      objects.set(key, { body, etag: createHash('md5').update(body).digest('hex'), modified: new Date(modified) });
    },
    downloads: () => requests.filter(({ query }) => !query.has('list-type')).map(({ key }) => key),
    lists: () => requests.filter(({ query }) => query.has('list-type')).map(({ query }) => query),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
