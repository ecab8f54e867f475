export { findThreats, type DetectorReport } from './find-threats';
export { SEVERITIES, THREAT_KINDS, type ThreatFinding, type ThreatKind } from './finding';
export { createKnownThreats, STATES, type KnownThreat, type KnownThreats, type ThreatState } from './known-threats';
