export { createCollector, type Collector } from './collector';
export { registerListenMetrics } from './metrics';
