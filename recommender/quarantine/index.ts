export { liftQuarantine, quarantine, quarantined, type QuarantineCause, type QuarantineOrder } from './quarantine';
