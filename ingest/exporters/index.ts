export { listenerLosses, type ListenerLosses } from './listeners';
export { registerExporterMetrics } from './metrics';
export { exporterQuality, type ExporterQuality } from './quality';
export { createExporterRecorder, type ExporterRecorder, type ListenerCounts, type Observation } from './recorder';
export { recordHeard } from './heard';
export { setSamplingRate, type SamplingSetting } from './settings';
