export { backUp, type BackupSummary } from './backup';
export { createBackups, requireEmbedded, type Backups } from './backups';
export { restore, type RestoreSummary } from './restore';
export { createTurns, inTurns } from './turns';
