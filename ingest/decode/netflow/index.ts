export { createNetflowDecoder, type NetflowDecoder, type NetflowDecoderOptions } from './decoder';
