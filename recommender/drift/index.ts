export { acceptDelta } from './delta';
export { createDrift } from './drift';
export { FINDING_KINDS, SEVERITIES, type DriftReport, type DriftSubject, type Finding } from './model';
