import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { messageOf, WayleaveError } from '../kernel/errors';
import type { ListedObject } from './bucket-cursor';

export interface BucketOptions {
  readonly bucket: string;
  /** Of a store that is not Amazon's. */
  readonly endpoint?: string | undefined;
  readonly region: string;
  /** `endpoint/bucket` rather than `bucket.endpoint`. */
  readonly forcePathStyle: boolean;
  /** Without keys the SDK looks where it always does: environment, profile, instance or task role. */
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
}

export interface Bucket {
  /** Pages of at most 1,000, in key order. @throws WayleaveError `bucket-unavailable` */
  list(from: { readonly prefix: string; readonly startAfter: string }): AsyncGenerator<ListedObject[]>;
  /**
   * Writes the very object that was listed to a new file.
   *
   * @throws WayleaveError `object-gone` when it was deleted or replaced since, `object-archived`, or
   * `bucket-unavailable`
   */
  download(object: ListedObject, path: string): Promise<void>;
  close(): void;
}

const answerSchema = z.object({ name: z.string(), $metadata: z.object({ httpStatusCode: z.number() }) });

export function createBucket({ bucket, accessKeyId, secretAccessKey, ...options }: BucketOptions): Bucket {
  let opened: S3Client | undefined;
  // The SDK takes 0.2 s to load, which only those who watch a bucket should pay.
  const sdk = () => import('@aws-sdk/client-s3');
  const client = async (): Promise<S3Client> => {
    const { S3Client } = await sdk();
    return (opened ??= new S3Client({
      region: options.region,
      forcePathStyle: options.forcePathStyle,
      ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
      ...(accessKeyId === undefined || secretAccessKey === undefined
        ? {}
        : { credentials: { accessKeyId, secretAccessKey } }),
      requestHandler: { connectionTimeout: 10_000, socketTimeout: 60_000 },
    }));
  };

  return {
    async *list({ prefix, startAfter }) {
      const { ListObjectsV2Command } = await sdk();
      const store = await client();
      let token: string | undefined;
      do {
        const page = await store
          .send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix,
              ...(startAfter === '' ? {} : { StartAfter: startAfter }),
              ...(token === undefined ? {} : { ContinuationToken: token }),
            }),
          )
          .catch((error: unknown) => {
            throw refusal(`s3://${bucket}/${prefix}`, error);
          });
        yield (page.Contents ?? []).flatMap(({ Key, ETag, Size, LastModified }) =>
          Key === undefined
            ? []
            : [{ key: Key, etag: ETag ?? '', size: Size ?? 0, modified: LastModified?.getTime() ?? 0 }],
        );
        token = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
    },
    async download({ key, etag, size }, path) {
      try {
        const { GetObjectCommand } = await sdk();
        const store = await client();
        const { Body } = await store.send(
          new GetObjectCommand({ Bucket: bucket, Key: key, ...(etag === '' ? {} : { IfMatch: etag }) }),
        );
        if (!(Body instanceof Readable)) throw new Error('the answer has no body');
        await pipeline(Body, exactly(size), createWriteStream(path, { mode: 0o600, flags: 'wx' }));
      } catch (error) {
        throw refusal(`s3://${bucket}/${key}`, error);
      }
    },
    close: () => opened?.destroy(),
  };
}

/** A body that breaks off can look like one that ended; one that goes on would fill the disk. */
function exactly(size: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      done(bytes > size ? new Error(`the body is longer than the ${size} bytes listed`) : null, chunk);
    },
    flush: (done) => done(bytes < size ? new Error(`the body ended after ${bytes} of ${size} bytes`) : null),
  });
}

function refusal(what: string, error: unknown): WayleaveError {
  const { name, status } = answerOf(error);
  const reason = status === undefined ? messageOf(error) : `${name}, ${status}: ${messageOf(error)}`;
  const details = { where: { object: what }, cause: error };
  if (name === 'NoSuchKey' || status === 412) {
    return new WayleaveError(`${what} was deleted or replaced: ${reason}`, { code: 'object-gone', ...details });
  }
  if (name === 'InvalidObjectState') {
    return new WayleaveError(`${what} is archived and has to be restored first: ${reason}`, {
      code: 'object-archived',
      ...details,
    });
  }
  return new WayleaveError(`${what} cannot be read: ${reason}`, {
    code: 'bucket-unavailable',
    retriable: true,
    ...details,
  });
}

/** What the store said: the SDK's errors carry its code as their name. */
function answerOf(error: unknown): { readonly name?: string; readonly status?: number } {
  const answer = answerSchema.safeParse(error);
  return answer.success ? { name: answer.data.name, status: answer.data.$metadata.httpStatusCode } : {};
}
