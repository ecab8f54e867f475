export { createDatagramDecoder, type DatagramDecoder, type DatagramDecoderOptions } from './decoder';
export { isExport } from './recognise';
export { Recording } from './recording';
