import type { DecodedFormat, ReadReport, RowSink } from '../format';
import { elementsByColumn } from '../ipfix/elements';
import { recogniseExport } from '../netflow/recognise';
import { Recording } from '../netflow/recording';
import { BrokenCapture, isCapture, readCapture } from './capture';
import { knownLinkType, readPacket, udpPayload } from './packet';
import { Reassembly } from './reassembly';

/** Captures of exporters' UDP traffic; the exporter is the sender's address. Ports do not matter, the content does. */
export const pcap: DecodedFormat = {
  kind: 'decoded',
  name: 'pcap',
  title: 'pcap or pcapng capture that carries NetFlow v5, v9 or IPFIX over UDP',
  fills: elementsByColumn(),
  recognise: isCapture,
  read,
};

async function read(chunks: AsyncIterable<Uint8Array>, sink: RowSink): Promise<ReadReport> {
  const recording = new Recording(sink);
  let [packets, exports, number] = [0, 0, 0];
  const reassembly = new Reassembly((parts) => {
    recording.reject('fragment', `${parts} fragments of a UDP datagram whose rest is missing`, { packet: number });
  });
  try {
    for await (const packet of readCapture(chunks)) {
      packets++;
      ({ number } = packet);
      if (!knownLinkType(packet.linkType)) {
        recording.reject(
          'link-type',
          `link type ${packet.linkType} is not Ethernet, Linux cooked, loopback or raw IP`,
          { packet: number },
        );
        continue;
      }
      const content = readPacket(packet.bytes, packet.linkType);
      let payload: Uint8Array | undefined;
      if (content.kind === 'datagram') ({ payload } = content);
      if (content.kind === 'fragment') {
        const whole = reassembly.add(content.fragment);
        if (!whole) continue;
        payload = udpPayload(whole);
      }
      if (content.kind === 'other' || !payload || recogniseExport(payload) === undefined) {
        recording.skip();
        continue;
      }
      exports++;
      const source = content.kind === 'datagram' ? content.source : content.fragment.source;
      await recording.take(payload, source, { packet: number });
    }
  } catch (error) {
    if (!(error instanceof BrokenCapture)) throw error;
    recording.reject('broken-capture', error.message, { byte: error.offset });
  }
  reassembly.end();
  if (exports === 0) {
    recording.reject('no-exports', `none of ${packets} packets carries NetFlow v5, v9 or IPFIX over UDP`, { packets });
  }
  return recording.report();
}
