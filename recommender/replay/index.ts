export { decide, type Decision, type Question } from './decision';
export { groundOf, type Ground } from './ground';
export { listUses, OUTCOMES, type UseFilter, type UseList } from './list-uses';
export { replay, type Replay, type ReplayInput } from './replay';
