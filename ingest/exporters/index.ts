export { listenerLosses, type ListenerLosses } from './listeners';
export { registerExporterMetrics } from './metrics';
export { exporterQuality, type ExporterQuality } from './quality';
export { createExporterRecorder, type ExporterRecorder, type RecorderDeps } from './recorder';
export { recordHeard } from './heard';
export { setSamplingRate } from './settings';
