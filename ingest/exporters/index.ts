export { listenerLosses, type ListenerLosses } from './listeners';
export { registerExporterMetrics } from './metrics';
export { exporterQuality, type ExporterQuality } from './quality';
export { createExporterRecorder, type ExporterRecorder } from './recorder';
export { storeRecords, type ExporterRecords } from './records';
export { recordHeard } from './heard';
export { setSamplingRate } from './settings';
