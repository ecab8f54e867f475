export { sumDays } from './days';
export { addressText, readConversations, wholeWindow } from './read';
export { rollUp, type RollUpReport } from './roll-up';
export { windowRows } from './window-rows';
