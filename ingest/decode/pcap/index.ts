import { FLOW_COLUMNS } from '../../model/flow';
import { isExport, Recording } from '../datagram';
import type { DecodedFormat, ReadReport, RowSink } from '../format';
import { elementsByColumn } from '../ipfix/elements';
import { SFLOW_FILLS } from '../sflow/fills';
import { BrokenCapture, isCapture, readCapture } from './capture';
import { Connections } from './connections';
import { knownLinkType, parsePacket, udpPayload } from './packet';
import { Reassembly } from './reassembly';

/** Captures of exporters' traffic; the exporter is the sender's address. Ports do not matter, the content does. */
export const pcap: DecodedFormat = {
  kind: 'decoded',
  name: 'pcap',
  title: 'pcap or pcapng capture that carries NetFlow v5, v9 or sFlow over UDP, or IPFIX over UDP or TCP',
  fills: fillsOfAll(),
  recognise: isCapture,
  read,
};

function fillsOfAll(): DecodedFormat['fills'] {
  const fills = elementsByColumn();
  for (const column of FLOW_COLUMNS.map(({ name }) => name)) {
    const ofAll = [fills[column], SFLOW_FILLS[column]].filter((text) => text !== undefined);
    if (ofAll.length > 0) fills[column] = ofAll.join('; ');
  }
  return fills;
}

async function read(chunks: AsyncIterable<Uint8Array>, sink: RowSink): Promise<ReadReport> {
  const recording = new Recording(sink);
  let [packets, exports, number] = [0, 0, 0];
  const reassembly = new Reassembly((parts) => {
    recording.reject('fragment', `${parts} fragments of a UDP datagram whose rest is missing`, { packet: number });
  });
  const connections = new Connections({
    reject: (code, message) => recording.reject(code, message, { packet: number }),
    end: (session) => recording.end(session),
  });
  const takeDatagram = async (payload: Uint8Array | undefined, source: Uint8Array): Promise<void> => {
    if (!payload || !isExport(payload)) {
      recording.skip();
      return;
    }
    exports++;
    await recording.take(payload, source, { packet: number });
  };
  try {
    for await (const { bytes, linkType, ...packet } of readCapture(chunks)) {
      packets++;
      ({ number } = packet);
      if (!knownLinkType(linkType)) {
        recording.reject('link-type', `link type ${linkType} is not Ethernet, Linux cooked, PPP, loopback or raw IP`, {
          packet: number,
        });
        continue;
      }
      const content = parsePacket(bytes, linkType);
      switch (content.kind) {
        case 'datagram':
          await takeDatagram(content.payload, content.source);
          break;
        case 'fragment': {
          const whole = reassembly.add(content.fragment);
          if (whole) await takeDatagram(udpPayload(whole), content.fragment.source);
          break;
        }
        case 'segment': {
          const messages = connections.add(content.segment);
          if (!messages) recording.skip();
          for (const message of messages ?? []) {
            exports++;
            await recording.take(message.bytes, content.segment.source, { packet: number }, message.session);
          }
          break;
        }
        case 'other':
          recording.skip();
          break;
        default:
          content satisfies never;
      }
    }
  } catch (error) {
    if (!(error instanceof BrokenCapture)) throw error;
    recording.reject('broken-capture', error.message, { byte: error.offset });
  }
  reassembly.end();
  connections.end();
  if (exports === 0) {
    recording.reject('no-exports', `none of ${packets} packets carries NetFlow v5, v9, IPFIX or sFlow`, { packets });
  }
  return recording.report();
}
