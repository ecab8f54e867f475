export { cleanUp } from './clean-up';
export type { CleanupReport, Finding, RuleUse, SeenUse, Uses } from './finding';
export { superfluousRules, type Superfluous } from './superfluous';
