import { z } from 'zod';

const pem = z.string().min(1);

/** Settings of the bus between collectors and loaders; `docs/kafka.md` explains them. */
export const busSchema = z
  .strictObject({
    /** `none`: collectors hand over to the store within one process. */
    kind: z.enum(['none', 'kafka']).default('none'),
    /** `host:port` of some brokers; the others are learned from them. */
    brokers: z
      .array(z.string().regex(/^[^\s/]+:\d{1,5}$/, 'expected host:port'))
      .max(100)
      .default([]),
    topic: z
      .string()
      .regex(/^[\w.-]{1,200}$/, 'letters, digits, `.`, `_` and `-`, 200 at most')
      .default('wayleave.flows'),
    /** Loaders of one group share the work. */
    group: z.string().min(1).max(255).default('wayleave'),
    /** Of topics that are missing and may be created. */
    partitions: z.int().min(1).max(10_000).default(6),
    replication: z.int().min(1).max(32).default(1),
    /** `true` trusts the authorities of the system. */
    tls: z
      .union([z.boolean(), z.strictObject({ ca: pem.optional(), cert: pem.optional(), key: pem.optional() })])
      .default(false),
    sasl: z
      .strictObject({
        mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
        username: z.string().min(1),
        password: z.string().min(1),
      })
      .optional(),
    /** Of a message before it is compressed; brokers take 1 MiB unless told otherwise. */
    messageKiB: z.int().min(16).max(65_536).default(900),
  })
  .refine(({ kind, brokers }) => kind === 'none' || brokers.length > 0, {
    path: ['brokers'],
    message: 'a bus of kind kafka needs one broker at least',
  })
  .refine(({ sasl, tls }) => sasl?.mechanism !== 'plain' || tls !== false, {
    path: ['sasl', 'mechanism'],
    message: 'plain sends the password as it is: it needs tls',
  })
  .prefault({});
