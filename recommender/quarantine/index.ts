export { liftQuarantine, quarantine, quarantined, quarantineId, type QuarantineOrder } from './quarantine';
