export { knownService, SERVICE_PORTS, serviceKey, serviceName, type ServicePorts } from './registry';
export type { KnownService, ServiceTag } from './well-known';
