export { listenerLosses, type ListenerLosses } from './listeners';
export { registerExporterMetrics } from './metrics';
export { exporterQuality, type ExporterQuality } from './quality';
export { createExporterRecorder, type ExporterRecorder } from './recorder';
export { RECORD_TABLES, storeRecords, type ExporterRecords, type RecordTable } from './records';
export { recordHeard } from './heard';
export { setSamplingRate } from './settings';
