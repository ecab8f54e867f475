export { createNetflowDecoder, type NetflowDecoderOptions } from './decoder';
