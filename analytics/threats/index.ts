export { findThreats, type DetectorReport, type Threats } from './find-threats';
export { SEVERITIES, THREAT_KINDS, type ThreatKind } from './finding';
export {
  createKnownThreats,
  STATES,
  type KnownThreat,
  type KnownThreats,
  type ThreatFilter,
  type ThreatState,
} from './known-threats';
