export { withQuarantinesOf } from './carry-over';
export { liftQuarantine, quarantine, quarantined, quarantineId, type QuarantineOrder } from './quarantine';
