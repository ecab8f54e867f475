import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Server, type Upload } from '@tus/server';
import type { RequestHandler } from 'express';
import { messageOf, WayleaveError } from '../../ingest/kernel/errors';
import type { Logger } from '../../ingest/kernel/log';
import type { Clock } from '../../ingest/kernel/time';
import { mayBeTakenLater, type UploadReport } from '../../ingest/upload';
import type { Fullness, Space } from '../../ingest/spool';
import { removeOlder, ResumableStore, type Receipt } from './resumable-store';
import { requireRoom } from './room';
import { createTaking, type Delay } from './taking';

const EXPIRE_MS = 24 * 3_600_000;
const SWEEP_MS = 60_000;
/** Uploads under way, and what they may come to in all, as a multiple of the limit of one. */
const UPLOADS_LIMIT = 1_000;
const TOTAL_UPLOADS = 4;
const NAME_LENGTH = 255;

export interface ResumableOptions {
  /** Where bodies gather: `incoming` in the data directory. */
  readonly folder: string;
  /** Bytes of one upload. */
  readonly limit: number;
}

export interface ResumableDeps {
  readonly take: (path: string, name: string) => Promise<UploadReport>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly space: Space;
  /** Why nothing is taken at present. */
  readonly full: () => Fullness | undefined;
}

export type ResumableState =
  | { readonly state: 'receiving'; readonly offset: number; readonly size: number | null }
  | { readonly state: 'taking' }
  /** It is complete and kept here, and taken as soon as that can be. */
  | { readonly state: 'waiting'; readonly reason: Delay }
  | { readonly state: 'ended'; readonly receipt: Receipt };

/** Uploads that survive cut connections and restarts: tus 1.0 with creation, termination and expiration. */
export interface ResumableUploads {
  /** Takes what was complete when the process ended, and drops what has expired. */
  start(): Promise<void>;
  /** Resolves once the files being taken are taken; those that wait are left to the next start. */
  stop(): Promise<void>;
  /** The tus protocol, for its two addresses: the collection and one upload. */
  readonly handle: RequestHandler;
  /** @throws WayleaveError `not-found` */
  state(id: string): Promise<ResumableState>;
  /** What the timer does every minute. */
  sweep(): Promise<void>;
}

/** Random, hex: nothing in an id can step out of the folder. */
const ID = /^[0-9a-f]{32}$/;

export function createResumableUploads(options: ResumableOptions, deps: ResumableDeps): ResumableUploads {
  const { take, clock, log } = deps;
  const folder = join(options.folder, 'resumable');
  /** What uploads under way may come to, by id: those on disk, and those just begun. */
  const promised = new Map<string, { readonly bytes: number; readonly since: number }>();
  let opened: { readonly store: ResumableStore; readonly server: Server } | undefined;
  let timer: NodeJS.Timeout | undefined;

  const running = () => {
    if (opened) return opened;
    throw new WayleaveError('resumable uploads have not been started', { code: 'store-unavailable', retriable: true });
  };

  const requireQuota = (wanted: number): void => {
    const total = [...promised.values()].reduce((sum, { bytes }) => sum + bytes, wanted);
    if (promised.size >= UPLOADS_LIMIT || total > TOTAL_UPLOADS * options.limit) {
      throw new WayleaveError(`${promised.size} uploads are under way; finish or delete one of them`, {
        code: 'no-space',
        retriable: true,
      });
    }
  };

  const promise = (id: string, bytes = options.limit): void =>
    void promised.set(id, { bytes, since: clock().getTime() });

  const expired = (created: string | undefined): boolean =>
    !(clock().getTime() - Date.parse(created ?? '') < EXPIRE_MS);

  const drop = async (id: string): Promise<void> => {
    await running().store.discard(id);
    promised.delete(id);
  };

  /** @throws what may pass: the upload has to come again */
  const outcomeOf = async (
    id: string,
    { metadata, creation_date }: Upload,
  ): Promise<Pick<Receipt, 'report' | 'error'>> => {
    const name = (metadata?.filename ?? metadata?.name ?? 'upload').slice(0, NAME_LENGTH);
    try {
      return { report: { ...(await take(running().store.bodyOf(id), name)) } };
    } catch (error) {
      if (error instanceof WayleaveError && error.retriable) throw error;
      // What is hardly the fault of this file may be over tomorrow; after that it is the file.
      if (mayBeTakenLater(error) && !expired(creation_date)) throw error;
      return { error: { code: error instanceof WayleaveError ? error.code : 'internal', message: messageOf(error) } };
    }
  };

  const settle = async (id: string): Promise<void> => {
    const { store } = running();
    const upload = await store.find(id);
    // A receipt stands, also when the body could not be removed after it.
    if (upload && !(await store.receipt(id))) {
      const outcome = await outcomeOf(id, upload);
      await store.settle(id, { size: upload.size ?? 0, ended: clock().getTime(), ...outcome });
    }
    await drop(id);
  };

  const taking = createTaking({ settle, full: deps.full, log });

  const open = async () => {
    // Before the store is made, which would let others read it.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const store = new ResumableStore(folder, EXPIRE_MS);
    await store.prepare();
    store.on('error', (error: Error) => log.error({ reason: error.message }, 'resumable uploads'));
    const server = new Server({
      path: '/resumable',
      datastore: store,
      maxSize: options.limit,
      // Relative (RFC 9110, section 10.2.2), so that it holds behind any proxy, host, scheme and path.
      generateUrl: (request, { id }) => (new URL(request.url).pathname.endsWith('/') ? id : `resumable/${id}`),
      namingFunction: () => randomBytes(16).toString('hex'),
      getFileIdFromRequest: (_, last = '') => (ID.test(last) ? last : undefined),
      disableTerminationForFinishedUploads: true,
      // Pages of other origins have no business here, token or not.
      allowedOrigins: () => false,
      onUploadCreate(_, upload) {
        promise(upload.id, upload.size);
        return Promise.resolve({});
      },
      async onUploadFinish(_, upload) {
        if (!(await store.receipt(upload.id))) {
          await store.sync(upload.id);
          taking.add(upload.id);
        }
        return {};
      },
    });
    server.on('POST_TERMINATE', (_request, _response, id) => promised.delete(id));
    return { store, server };
  };

  const lookAt = async (id: string): Promise<void> => {
    if (taking.has(id)) return;
    const { store } = running();
    const upload = await store.find(id);
    const complete = upload !== undefined && upload.offset === upload.size;
    if (!upload || (await store.receipt(id)) || (!complete && expired(upload.creation_date))) return drop(id);
    promise(id, upload.size);
    // The process may have ended between the last byte and taking it.
    if (complete) taking.resume(id);
  };

  const sweep = async (): Promise<void> => {
    const { store } = running();
    const now = clock().getTime();
    const ids = await store.ids();
    // Whose creation failed; one that is just being created has no name on disk yet.
    for (const [id, { since }] of promised) if (now - since >= SWEEP_MS && !ids.includes(id)) promised.delete(id);
    for (const id of ids) {
      // One that cannot be read now is looked at again, and keeps out no other.
      await lookAt(id).catch((error: unknown) =>
        log.warn({ upload: id, reason: messageOf(error) }, 'an upload cannot be looked at'),
      );
    }
    await store.sweep(now);
    // What streamed uploads and downloads leave when the process is killed.
    await removeOlder(options.folder, now - EXPIRE_MS, () => true);
  };

  const sweepAndReport = (): void => {
    sweep().catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'old uploads cannot be cleared away'));
  };

  return {
    async start() {
      opened ??= await open();
      await sweep();
      timer = setInterval(sweepAndReport, SWEEP_MS);
    },
    async stop() {
      clearInterval(timer);
      await taking.stop();
    },
    async handle(request, response) {
      const { server } = running();
      // For clients behind proxies that only let GET and POST through (tus 1.0, X-HTTP-Method-Override).
      const method = request.get('x-http-method-override');
      if (request.method === 'POST' && (method === 'PATCH' || method === 'DELETE')) request.method = method;
      if (request.method === 'POST' || request.method === 'PATCH') requireRoom(deps.full());
      if (request.method === 'POST') {
        const length = lengthOf(request.get('upload-length'));
        requireQuota(length ?? options.limit);
        await deps.space.require(folder, length ?? 0);
      } else if (request.method === 'PATCH') {
        await deps.space.require(folder, lengthOf(request.get('content-length')) ?? 0);
      }
      await server.handle(request, response);
    },
    async state(id) {
      const { store } = running();
      const missing = new WayleaveError(`there is no upload ${id}; it may have expired`, { code: 'not-found' });
      if (!ID.test(id)) throw missing;
      const receipt = await store.receipt(id);
      if (receipt) return { state: 'ended', receipt };
      const upload = await store.getUpload(id).catch(() => {
        throw missing;
      });
      if (upload.offset !== upload.size)
        return { state: 'receiving', offset: upload.offset, size: upload.size ?? null };
      const reason = taking.delay(id);
      return reason ? { state: 'waiting', reason } : { state: 'taking' };
    },
    sweep,
  };
}

function lengthOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
