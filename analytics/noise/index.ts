export { findBroadcasts } from './broadcasts';
export { estateNetworks } from './estate';
export { findNoise, findSlowScansIn } from './find-noise';
export { NOISE_KINDS, type NoiseFinding } from './finding';
export { withLabels } from './labelled';
export { noiseLabels } from './labels';
