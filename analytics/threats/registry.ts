import type { Detector } from './detector';
import { administrationSpread } from './detectors/administration-spread';
import { alerts } from './detectors/alerts';
import { beacon } from './detectors/beacon';
import { crownJewel } from './detectors/crown-jewel';
import { directoryReplication } from './detectors/directory-replication';
import { dnsTunnel } from './detectors/dns-tunnel';
import { firstAdministration } from './detectors/first-administration';
import { generatedNames } from './detectors/generated-names';
import { portScan } from './detectors/port-scan';
import { remoteExecution } from './detectors/remote-execution';
import { scanned } from './detectors/scanned';
import { volume } from './detectors/volume';

/** In the order in which they look. */
export const DETECTORS: readonly Detector[] = [
  alerts,
  portScan,
  scanned,
  firstAdministration,
  administrationSpread,
  remoteExecution,
  directoryReplication,
  crownJewel,
  beacon,
  volume,
  dnsTunnel,
  generatedNames,
];
