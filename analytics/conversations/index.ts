export { readConversations, wholeWindow } from './read';
export { rollUp, type Progress, type RollUpReport, type ServicePorts } from './roll-up';
