import { existsSync } from 'node:fs';
import { z } from 'zod';
import { DEFAULT_TRUST, PRIVATE_NETWORKS } from '../../analytics/inventory';
import { createMappingFormat, mappingSchema } from '../../ingest/decode/mapping';
import { FORMATS } from '../../ingest/decode/registry';
import type { Format } from '../../ingest/decode/format';
import { createSpace, type Space } from '../../ingest/spool';
import { UPLOAD_LIMITS, type UploadLimits } from '../../ingest/upload';
import { loadConfig, type ConfigSource } from '../../ingest/kernel/config';
import { messageOf } from '../../ingest/kernel/errors';
import { formatPrefix, parsePrefix } from '../../ingest/kernel/ip';
import { busSchema } from './bus';
import { watchSchema } from './watch';

const NOT_A_PORT = 'a port is a whole number from 0 to 65535';
const port = z.int(NOT_A_PORT).min(0, NOT_A_PORT).max(65535, NOT_A_PORT);
const mebibytes = z.int().positive();
const pem = z.string().min(1);

const prefix = z.string().transform((text, context) => {
  try {
    return formatPrefix(parsePrefix(text));
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) });
    return z.NEVER;
  }
});

/** PEM files. With `ca`, exporters must show a certificate that it signed, unless told otherwise. */
const tlsFiles = z
  .strictObject({
    cert: z.string().min(1),
    key: z.string().min(1),
    ca: z.string().min(1).optional(),
    requireClientCertificate: z.boolean().optional(),
  })
  .refine(({ ca, requireClientCertificate }) => ca !== undefined || requireClientCertificate !== true, {
    path: ['ca'],
    message: 'requireClientCertificate needs the authority that signs those certificates',
  })
  .transform((files) => ({
    ...files,
    requireClientCertificate: files.requireClientCertificate ?? files.ca !== undefined,
  }));

/** Every setting, its default, and what it means. `docs/configuration.md` says the same in words. */
export const configSchema = z.strictObject({
  /** Where the embedded engine, the spool and the API token live. */
  data: z.string().min(1).default('./data'),
  store: z
    .strictObject({
      /** A ClickHouse server; without it the embedded engine is used. */
      url: z.url({ protocol: /^https?$/, message: 'expected an http:// or https:// URL' }).optional(),
      user: z.string().default('default'),
      password: z.string().default(''),
      database: z.string().regex(/^\w+$/, 'letters, digits and underscores').default('wayleave'),
      /** PEM files: an authority besides those that Node trusts, and what is shown to the server. */
      tls: z.strictObject({ ca: pem.optional(), cert: pem.optional(), key: pem.optional() }).optional(),
      /** As in `remote_servers` of the server. */
      cluster: z
        .string()
        .regex(/^[\w.-]+$/, 'letters, digits, `_`, `.` and `-`')
        .optional(),
      /** Settings of ClickHouse for every statement. */
      settings: z.record(z.string().regex(/^\w+$/), z.union([z.string(), z.number()])).optional(),
      /** Whether what is sent is compressed: worth it on a slow line only. */
      compress: z.boolean().default(false),
    })
    .refine(({ url, cluster }) => url !== undefined || cluster === undefined, {
      path: ['cluster'],
      message: 'a cluster needs store.url, the address of one of its servers',
    })
    .prefault({}),
  collect: z
    .strictObject({
      /** Flow exports over UDP: NetFlow v5, v9, IPFIX and sFlow on any of the ports. */
      udp: z
        .array(z.strictObject({ host: z.string().default('127.0.0.1'), port }))
        .max(16)
        .default([
          { host: '127.0.0.1', port: 2055 },
          { host: '127.0.0.1', port: 4739 },
          { host: '127.0.0.1', port: 6343 },
        ]),
      /** IPFIX over TCP, or over TLS where certificates are named. */
      tcp: z
        .array(z.strictObject({ host: z.string().default('127.0.0.1'), port, tls: tlsFiles.optional() }))
        .max(16)
        .default([]),
      /** Whose exports are taken; without it everybody's. */
      exporters: z.array(prefix).min(1).max(10_000).optional(),
      receiveBufferMiB: mebibytes.default(32),
    })
    .prefault({}),
  /** While any of these is passed, datagrams are dropped and counted, and who can be pushed back is. */
  spool: z
    .strictObject({
      /** What may wait to be loaded. */
      limitMiB: mebibytes.default(4096),
      /** How long. */
      ageHours: z.number().positive().max(8760).default(72),
      /** What is left free on disk, for the engine to merge in. */
      reserveMiB: z.int().min(0).default(1024),
    })
    .prefault({}),
  bus: busSchema,
  watch: watchSchema,
  /** Formats of text that only this site has, tried before all others. */
  formats: z
    .array(mappingSchema)
    .max(100)
    .default([])
    .superRefine((formats, context) => {
      const taken = new Set(FORMATS.map(({ name }) => name));
      for (const [index, { name }] of formats.entries()) {
        if (taken.has(name))
          context.addIssue({ code: 'custom', path: [index, 'name'], message: 'another format has that name' });
        taken.add(name);
      }
    }),
  uploads: z
    .strictObject({
      /** What content may come to once it is decompressed, in all and for each compressed byte. */
      decompressedGiB: z.int().positive().default(256),
      ratio: z.int().positive().default(300),
      /** One line, and one record of a JSON document. */
      lineMiB: mebibytes.default(16),
      /** What the engine may take to look through it. */
      memoryMiB: mebibytes.default(2048),
    })
    .prefault({}),
  http: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: port.default(8471),
      uploadLimitMiB: mebibytes.default(16_384),
    })
    .prefault({}),
  estate: z
    .strictObject({
      /** Addresses in here are ours: private address space unless said otherwise. */
      networks: z
        .array(prefix)
        .min(1)
        .default([...PRIVATE_NETWORKS]),
    })
    .prefault({}),
  inventory: z
    .strictObject({
      /** Whose word counts where sources differ, most trusted first: names of sources, or kinds of them. */
      trust: z
        .array(z.string().min(1).max(100))
        .max(1000)
        .default([...DEFAULT_TRUST]),
    })
    .prefault({}),
  retention: z.strictObject({ flowsDays: z.int().min(1).max(3650).default(30) }).prefault({}),
  analysis: z
    .strictObject({
      /** How often new flows become conversations, applications and tiers by themselves; 0: only when asked. */
      everyMinutes: z.int().min(0).max(10_080).default(15),
      /** Raw flows put together at a time: what bounds the memory of a roll-up. */
      flowsAtOnce: z.int().min(10_000).max(100_000_000).default(5_000_000),
      /** How much the inventory's labels count in grouping: 0 not at all, 1 whatever the traffic. */
      labelWeight: z.number().min(0).max(1).default(1),
    })
    .prefault({}),
  policy: z
    .strictObject({
      /** What a policy may cost on days it was not made from, and leave open, to pass the gate; shares, 0 to 1. */
      budgets: z
        .strictObject({
          deniedConnections: z.number().min(0).max(1).default(0.01),
          deniedPackets: z.number().min(0).max(1).default(0.002),
          surface: z.number().min(0).max(1).default(0.15),
        })
        .prefault({}),
      /** How many different people it takes to approve; of two, the second is neither author nor reviewer. */
      approvals: z.int().min(1).max(2).default(1),
      /** When the lease of an enforced rule ends: a revision without it is proposed, or it is left out at once. */
      leases: z.enum(['propose', 'expire']).default('propose'),
    })
    .prefault({}),
  log: z
    .strictObject({ level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info') })
    .prefault({}),
});

export type Config = z.output<typeof configSchema>;

/** Every format that is taken, in the order in which content is tried against them. */
export function formatsOf({ formats }: Pick<Config, 'formats'>): readonly Format[] {
  return [...formats.map(createMappingFormat), ...FORMATS];
}

export function spaceOf({ spool }: Pick<Config, 'spool'>): Space {
  return createSpace(spool.reserveMiB * 2 ** 20);
}

export function uploadLimitsOf({ uploads }: Pick<Config, 'uploads'>): UploadLimits {
  const { decompressedGiB, ratio, lineMiB, memoryMiB } = uploads;
  return {
    ...UPLOAD_LIMITS,
    decompressedBytes: decompressedGiB * 2 ** 30,
    ratio,
    lineBytes: lineMiB * 2 ** 20,
    memoryBytes: memoryMiB * 2 ** 20,
  };
}

const DEFAULT_FILE = 'wayleave.yaml';

/** `WAYLEAVE_CONFIG` or `wayleave.yaml` in the working directory, if there; then `WAYLEAVE_*`. @throws WayleaveError `bad-config` */
export function readConfig(env: ConfigSource['env']): Config {
  const file = env.WAYLEAVE_CONFIG ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
  return loadConfig(configSchema, { env, ...(file === undefined ? {} : { file }) });
}
