export { sumDays } from './days';
export { addressText, readConversations, wholeWindow } from './read';
export { rollUp, type RollUpReport } from './roll-up';
