import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { createSecureContext, rootCertificates } from 'node:tls';
import { createClient, type ClickHouseClient, type ClickHouseClientConfigOptions } from '@clickhouse/client';
import { messageOf, WayleaveError } from '../kernel/errors';
import { CLIENT_OPTIONS } from './client';

/** PEM files. */
export interface ServerTls {
  /** Authorities besides those that Node trusts. */
  readonly ca?: string | undefined;
  /** Shown to the server; without a password it is the log-in as well. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export interface ServerOptions {
  /** `http://` or `https://`; a user and a password in it count before those below. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly tls?: ServerTls | undefined;
  /** Settings of ClickHouse for every statement. */
  readonly settings?: Readonly<Record<string, string | number>> | undefined;
  /** Name of the cluster, as in `remote_servers`, that the server is a node of. */
  readonly cluster?: string | undefined;
  /** Whether what is sent is compressed, with gzip. */
  readonly compress?: boolean | undefined;
}

/** Headers while a long query runs, so that nothing on the way takes the connection for idle. */
const KEEP_ALIVE = { send_progress_in_http_headers: 1, http_headers_progress_interval_ms: '20000' } as const;
/** Each of them is up to 400 bytes and stays to the end; Node's own bound would be met after a quarter of an hour. */
const MOST_HEADER_BYTES = 2 ** 20;
/** Of silence, which those headers break; not of a statement in all. */
const SILENCE_MS = 300_000;
const SOCKETS = 10;

/** An insert has reached every shard when it returns; an answer without some of the shards is none. */
const ON_CLUSTER = {
  distributed_foreground_insert: 1,
  skip_unavailable_shards: 0,
  prefer_global_in_and_join: 1,
} as const;

/** A client whose errors and logs know no password. @throws WayleaveError `bad-config`, `bad-certificate` */
export function connect(options: ServerOptions, database: string): ClickHouseClient {
  const { url, user, password, path } = addressOf(options);
  const secure = url.startsWith('https:');
  if (!secure && options.tls !== undefined)
    throw badConfig('store.tls needs an https:// URL, which is usually port 8443 of ClickHouse');
  return createClient({
    url,
    ...(path === undefined ? {} : { pathname: path }),
    database,
    ...(secure ? secured(options.tls ?? {}, user, password) : { username: user, password }),
    ...(options.compress === true ? { compression: { request: true } } : {}),
    request_timeout: SILENCE_MS,
    max_open_connections: SOCKETS,
    max_response_headers_size: MOST_HEADER_BYTES,
    ...CLIENT_OPTIONS,
    clickhouse_settings: {
      ...options.settings,
      ...CLIENT_OPTIONS.clickhouse_settings,
      ...KEEP_ALIVE,
      ...(options.cluster === undefined ? {} : ON_CLUSTER),
    },
  });
}

/** `host:port`, for messages. */
export function hostOf({ url }: Pick<ServerOptions, 'url'>): string {
  return new URL(url).host;
}

function addressOf(options: ServerOptions) {
  let url: URL;
  try {
    url = new URL(options.url);
  } catch {
    // Not shown: there may be a password in it.
    throw badConfig('store.url is not a URL; expected http://host:8123 or https://host:8443');
  }
  if (url.search !== '') throw badConfig('store.url has parameters: settings of ClickHouse go into store.settings');
  const ownUser = decodeURIComponent(url.username);
  return {
    url: url.origin,
    user: ownUser === '' ? options.user : ownUser,
    password: url.password === '' ? options.password : decodeURIComponent(url.password),
    path: url.pathname === '/' ? undefined : url.pathname,
  };
}

/**
 * The client's own TLS options would always log in by certificate where one is shown, and ClickHouse refuses a password
 * besides; a certificate that only the handshake needs goes with a password all the same.
 */
function secured(tls: ServerTls, user: string, password: string): ClickHouseClientConfigOptions {
  if ((tls.cert === undefined) !== (tls.key === undefined)) throw badConfig('store.tls needs both cert and key');
  const files = {
    ...(tls.ca === undefined ? {} : { ca: [...rootCertificates, read(tls.ca)] }),
    ...(tls.cert === undefined || tls.key === undefined ? {} : { cert: read(tls.cert), key: read(tls.key) }),
    minVersion: 'TLSv1.2',
  } as const;
  try {
    createSecureContext(files);
  } catch (cause) {
    const names = [tls.ca, tls.cert, tls.key].filter((name) => name !== undefined).join(', ');
    throw badCertificate(`cannot be used: ${names}: ${messageOf(cause)}`, names, cause);
  }
  const http_agent = new Agent({ keepAlive: true, maxSockets: SOCKETS, ...files });
  if (tls.cert === undefined || password !== '') return { http_agent, username: user, password };
  const http_headers = { 'X-ClickHouse-User': user, 'X-ClickHouse-SSL-Certificate-Auth': 'on' };
  return { http_agent, set_basic_auth_header: false, http_headers };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw badCertificate(`cannot read ${path}: ${messageOf(cause)}`, path, cause);
  }
}

function badConfig(message: string): WayleaveError {
  return new WayleaveError(message, { code: 'bad-config' });
}

function badCertificate(message: string, file: string, cause: unknown): WayleaveError {
  return new WayleaveError(message, { code: 'bad-certificate', where: { file }, cause });
}
