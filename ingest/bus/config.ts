import { z } from 'zod';

const broker = z.string().regex(/^[^\s:/]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/, 'expected host:port');
/** What Kafka allows. */
const topic = z.string().regex(/^[\w.-]{1,249}$/, 'letters, digits, dots, dashes and underscores');

const tls = z
  .strictObject({
    ca: z.string().min(1).optional(),
    cert: z.string().min(1).optional(),
    key: z.string().min(1).optional(),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
    path: ['cert'],
    message: 'cert and key go together',
  });

/** A Kafka cluster between collectors and loaders. */
export const kafkaSchema = z.strictObject({
  brokers: z.array(broker).min(1).max(64),
  topic: topic.max(200).default('wayleave.flows'),
  deadLetterTopic: topic.optional(),
  observationsTopic: topic.optional(),
  /** Loaders of one group share the work. */
  group: z.string().min(1).max(200).default('wayleave'),
  clientId: z.string().min(1).max(200).default('wayleave'),
  /** `true`, or PEM files. */
  tls: z.union([z.literal(true), tls], { message: 'expected true or { ca, cert, key }' }).optional(),
  sasl: z
    .strictObject({
      mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
      username: z.string().min(1),
      password: z.string().min(1),
    })
    .optional(),
  /** Largest message; brokers take 1 MiB with all headers unless told otherwise. */
  messageKiB: z.int().min(64).max(65_536).default(900),
  /** Of topics that are missing and that we may create. */
  partitions: z.int().min(1).max(10_000).default(12),
  replication: z.int().min(1).max(32).default(3),
});
