import { awsVpc } from './aws-vpc';
import type { Format } from './format';
import { exportFile } from './netflow/file';
import { pcap } from './pcap';

/** Every format that is taken, in the order in which content is tried against them. */
export const FORMATS: readonly Format[] = [
  pcap,
  exportFile('ipfix', 'IPFIX: a file of messages (RFC 5655), or datagrams over UDP'),
  exportFile('netflow9', 'NetFlow v9: a file of datagrams, or datagrams over UDP'),
  exportFile('netflow5', 'NetFlow v5: a file of datagrams, or datagrams over UDP'),
  awsVpc,
];

/** The format of content that starts so; what the file is called does not matter. */
export function recognise(head: Uint8Array): Format | undefined {
  return FORMATS.find((format) => format.recognise(head));
}
