export { findBroadcasts } from './broadcasts';
export { estateNetworks } from './estate';
export { findNoise } from './find-noise';
export { NOISE_KINDS, type NoiseFinding } from './finding';
export { withLabels } from './labelled';
export { noiseLabels } from './labels';
