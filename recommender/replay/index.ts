export { decide, type Decision, type Question } from './decision';
export { groundOf, type Ground } from './ground';
export { listUses, OUTCOMES, type UseFilter, type UseList } from './list-uses';
export { placesOf, type Places } from './places';
export { readRuleUses } from './rule-uses';
export { replay, replayWhole, type Replay, type ReplayInput } from './replay';
export { verdictOf, type PairTally } from './tally';
export { withUses, type UseTables } from './uses';
export { addVolumes, NOTHING, shareOf, type Share, type Volume } from './volume';
