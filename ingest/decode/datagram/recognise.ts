import { recogniseExport } from '../netflow/recognise';
import { recogniseSflow } from '../sflow';

/** Whether the bytes are, by all that their headers say, a datagram of any exporter. */
export function isExport(bytes: Uint8Array): boolean {
  return recogniseExport(bytes) !== undefined || recogniseSflow(bytes);
}
