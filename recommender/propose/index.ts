export { DAYS_IN_MASK, MOST_HOURS, type Activity } from './activity';
export { CONTEXT_KINDS, type ContextKind, type Recognition } from './context';
export type { RuleDecision, RuleWish } from './decisions';
export { drawnPortsOf } from './drawn';
export { propose, type Strategy } from './propose';
export type { Suspicion } from './sift';
export { nearMatches, type KnownGroup } from './known';
