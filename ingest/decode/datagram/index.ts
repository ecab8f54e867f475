export { createDatagramDecoder, type DatagramDecoderOptions } from './decoder';
export { isExport } from './recognise';
export { Recording } from './recording';
