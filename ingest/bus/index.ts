export { createKafkaBus, type KafkaBus } from './bus';
export { kafkaSchema } from './config';
export { createKafkaLoader } from './loader';
export { createBusMetrics } from './metrics';
export type { Observations } from './observations';
export type { KafkaOptions } from './options';
