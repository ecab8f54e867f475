export { createNetflowDecoder, type FlowDecoder, type NetflowDecoderOptions } from './decoder';
export type { ExporterHealth } from './health';
