export { createNetflowDecoder, type NetflowDecoder, type NetflowDecoderOptions } from './decoder';
export { type NetflowState } from './state';
export { readStateFile, writeStateFile } from './state-file';
