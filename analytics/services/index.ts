export { knownService, ONE_WAY_PORTS, REGISTERED_PORTS, serviceKey, serviceName } from './registry';
export type { KnownService, ServiceTag } from './well-known';
