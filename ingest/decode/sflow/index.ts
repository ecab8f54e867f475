export { createSflowDecoder, type SflowDecoderOptions } from './decoder';
export { recogniseSflow, startsAsSflow } from './datagram';
