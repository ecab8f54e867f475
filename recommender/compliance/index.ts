export { mapCompliance } from './compliance';
export { listCompliance, type CompliancePage, type PageQuery } from './list';
export { DIFFERENCES, OUTCOMES, STANCES, type ComplianceMap, type Difference, type Stance } from './model';
