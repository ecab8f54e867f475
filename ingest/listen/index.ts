export { createCollector, type Collector } from './collector';
export type { ListenerHealth } from './health';
export { registerListenMetrics } from './metrics';
