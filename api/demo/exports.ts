import { gzipSync } from 'node:zlib';
import {
  encodeAwsVpc,
  encodeIpfix,
  encodeNetflow5,
  encodeNetflow9,
  type Connection,
  type Estate,
  type FlowExporter,
} from '../../fixtures/generate';

type Observer = Estate['observers'][number];

/** What one observer of the estate says about a day, as it would arrive. */
export type DayExport =
  | { readonly kind: 'datagrams'; readonly observer: FlowExporter; readonly datagrams: readonly Uint8Array[] }
  | { readonly kind: 'file'; readonly observer: Observer; readonly name: string; readonly body: Uint8Array };

/** NetFlow goes over UDP; IPFIX arrives as a file of messages (RFC 5655), flow logs as a gzipped object. */
export function exportsOf(observer: Observer, day: number, connections: readonly Connection[]): DayExport {
  switch (observer.format) {
    case 'netflow5':
      return { kind: 'datagrams', observer, datagrams: [...encodeNetflow5(connections, observer)] };
    case 'netflow9':
      return { kind: 'datagrams', observer, datagrams: [...encodeNetflow9(connections, observer)] };
    case 'ipfix':
      return {
        kind: 'file',
        observer,
        name: `${observer.name}-day${day}.ipfix`,
        body: Buffer.concat([...encodeIpfix(connections, observer)]),
      };
    case 'aws-vpc':
      return {
        kind: 'file',
        observer,
        name: `${observer.name}-day${day}.log.gz`,
        body: gzipSync([...encodeAwsVpc(connections, observer)].join('')),
      };
  }
}
