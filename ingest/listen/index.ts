export { createCollector } from './collector';
export { registerListenMetrics } from './metrics';
