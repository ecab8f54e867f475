import { awsVpc } from './aws-vpc';
import { azure } from './azure';
import { eve } from './eve';
import type { Format } from './format';
import { gcpVpc } from './gcp-vpc';
import { hubble } from './hubble';
import { exportFile } from './netflow/file';
import { netobserv } from './netobserv';
import { nfdump } from './nfdump';
import { pcap } from './pcap';
import { sflowFile } from './sflow/file';
import { zeek } from './zeek';

/** Every format that is taken, in the order in which content is tried against them. */
export const FORMATS: readonly Format[] = [
  pcap,
  exportFile('ipfix', 'IPFIX: a file of messages (RFC 5655), or datagrams over UDP'),
  exportFile('netflow9', 'NetFlow v9: a file of datagrams, or datagrams over UDP'),
  exportFile('netflow5', 'NetFlow v5: a file of datagrams, or datagrams over UDP'),
  sflowFile,
  awsVpc,
  zeek,
  eve,
  gcpVpc,
  azure,
  hubble,
  netobserv,
  nfdump,
];

/** The format of content that starts so; what the file is called does not matter. */
export function recognise(head: Uint8Array, formats = FORMATS): Format | undefined {
  return formats.find((format) => format.recognise(head));
}
