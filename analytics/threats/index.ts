export { findThreats, type Threats } from './find-threats';
export { SEVERITIES, THREAT_KINDS, type ThreatFinding } from './finding';
