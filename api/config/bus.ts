import { z } from 'zod';
import { kafkaSchema, type KafkaOptions } from '../../ingest/bus';
import { WayleaveError } from '../../ingest/kernel/errors';

/** Settings of the bus between collectors and loaders; `docs/kafka.md` explains them. */
export const busSchema = kafkaSchema
  .extend({
    /** `none`: collectors hand over to the store within one process. */
    kind: z.enum(['none', 'kafka']).default('none'),
    brokers: kafkaSchema.shape.brokers.optional(),
  })
  .refine(({ kind, brokers }) => kind === 'none' || brokers !== undefined, {
    path: ['brokers'],
    message: 'a bus of kind kafka needs one broker at least',
  })
  .refine(({ sasl, tls }) => sasl?.mechanism !== 'plain' || tls !== undefined, {
    path: ['tls'],
    message: 'SASL plain sends the password as it is, so it needs tls',
  })
  .prefault({});

/** Undefined without a bus. */
export function kafkaOf({ bus }: { readonly bus: z.output<typeof busSchema> }): KafkaOptions | undefined {
  const { kind, brokers, ...options } = bus;
  return kind === 'kafka' && brokers !== undefined ? { ...options, brokers } : undefined;
}

/** @throws WayleaveError `bad-config` without a bus */
export function requireKafka(config: Parameters<typeof kafkaOf>[0]): KafkaOptions {
  const kafka = kafkaOf(config);
  if (kafka) return kafka;
  throw new WayleaveError('this command works with Kafka: set bus.kind to kafka, and bus.brokers', {
    code: 'bad-config',
    where: { setting: 'bus.kind' },
  });
}
