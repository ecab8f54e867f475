export { createKafkaBus, type BusDeps, type KafkaBus } from './bus';
export { kafkaSchema } from './config';
export { createKafkaLoader, type KafkaLoader, type KafkaLoaderDeps } from './loader';
export { createBusMetrics, type BusMetrics } from './metrics';
export type { Observations } from './observations';
export type { KafkaOptions } from './options';
