export type { Forecast } from './forecast';
export type { Budgets, GateReport } from './gate';
export { proveDraft, type ProveDeps } from './prove';
export { percent } from './words';
