export {
  liftQuarantine,
  quarantine,
  quarantined,
  quarantineId,
  type QuarantineCause,
  type QuarantineOrder,
} from './quarantine';
