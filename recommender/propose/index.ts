export { mostRareHours, type Activity } from './activity';
export { CONTEXT_KINDS, type ContextKind, type Recognition } from './context';
export type { RuleDecision, RuleWish } from './decisions';
export { drawnPortsOf, type MayWander } from './drawn';
export { propose, type ProposeInput, type Strategy } from './propose';
export type { Suspicion } from './sift';
