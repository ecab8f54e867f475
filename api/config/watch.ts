import { resolve } from 'node:path';
import { z } from 'zod';

const directory = z
  .strictObject({
    path: z.string().min(1),
    /** A shell pattern for file names, such as `*.log.gz`. */
    pattern: z.string().min(1).max(255).optional(),
    recursive: z.boolean().default(false),
    /** A file is taken once its size and time have not changed for this long. */
    settleSeconds: z.int().min(0).max(86_400).default(30),
    after: z
      .union([z.enum(['keep', 'delete']), z.strictObject({ move: z.string().min(1) })], {
        message: 'expected keep, delete or { move: folder }',
      })
      .default('keep'),
  })
  .refine(({ path, after }) => typeof after !== 'object' || resolve(after.move) !== resolve(path), {
    path: ['after'],
    message: 'files cannot be moved to where they are watched',
  });

/** Problems name the key that is missing, never the one that is there: values are printed with them. */
const bucket = z
  .strictObject({
    bucket: z.string().min(1),
    prefix: z.string().default(''),
    /** Of a store that is not Amazon's. */
    endpoint: z.url({ protocol: /^https?$/, message: 'expected an http:// or https:// URL' }).optional(),
    region: z.string().min(1).default('us-east-1'),
    /** `endpoint/bucket` rather than `bucket.endpoint`. */
    forcePathStyle: z.boolean().default(false),
    /** Without keys: environment, profile, instance or task role, as with any tool of Amazon's. */
    accessKeyId: z.string().min(1).optional(),
    secretAccessKey: z.string().min(1).optional(),
    pollSeconds: z.int().min(1).max(86_400).default(60),
    /** Keys up to this one, in key order, are left alone. */
    startAfter: z.string().min(1).optional(),
  })
  .refine((keys) => keys.secretAccessKey === undefined || keys.accessKeyId !== undefined, {
    path: ['accessKeyId'],
    message: 'needed beside secretAccessKey',
  })
  .refine((keys) => keys.accessKeyId === undefined || keys.secretAccessKey !== undefined, {
    path: ['secretAccessKey'],
    message: 'needed beside accessKeyId',
  });

/** Places that files of flows appear in by themselves. */
export const watchSchema = z
  .strictObject({
    directories: z.array(directory).max(64).default([]),
    buckets: z.array(bucket).max(64).default([]),
  })
  .prefault({});
