import type { ExporterHealth, FlowDecoder } from '../exporter';
import { createNetflowDecoder, type NetflowDecoder, type NetflowDecoderOptions } from '../netflow';
import { createSflowDecoder, startsAsSflow, type SflowDecoderOptions } from '../sflow';

export type DatagramDecoderOptions = NetflowDecoderOptions & SflowDecoderOptions;

export interface DatagramDecoder extends FlowDecoder {
  /** See `NetflowDecoder`: nothing that an sFlow agent sends depends on what it sent before. */
  readonly state: NetflowDecoder['state'];
}

/**
 * Any datagram an exporter may send: sFlow, or NetFlow v5, v9 and IPFIX. Their first words differ, so one port takes them
 * all: a version in 32 bits, or in 16 that are not 0.
 */
export function createDatagramDecoder(options: DatagramDecoderOptions = {}): DatagramDecoder {
  const netflow = createNetflowDecoder(options);
  const sflow = createSflowDecoder(options);
  return {
    decode(datagram, from, receivedMicros, batches) {
      (startsAsSflow(datagram) ? sflow : netflow).decode(datagram, from, receivedMicros, batches);
    },
    settle() {
      netflow.settle();
      sflow.settle();
    },
    health: () => [...netflow.health(), ...sflow.health()].sort(byExporter),
    takeNames: () => [...netflow.takeNames(), ...sflow.takeNames()],
    finish: (session, batches) => netflow.finish(session, batches) && sflow.finish(session, batches),
    end(session) {
      netflow.end(session);
      sflow.end(session);
    },
    state: () => netflow.state(),
  };
}

function byExporter(a: ExporterHealth, b: ExporterHealth): number {
  return compare(a.exporter, b.exporter) || compare(a.format, b.format) || a.domain - b.domain;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
