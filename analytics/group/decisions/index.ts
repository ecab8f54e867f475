export { describeDecision } from './describe-decision';
export { findGroup } from './find-group';
export { createGroupDecisions, type GroupDecisions } from './group-decisions';
export { MOST_WORKLOADS } from './settle-wish';
