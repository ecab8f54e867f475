export type { GateReport } from './gate';
export { proveDraft } from './prove';
export { percent } from './words';
