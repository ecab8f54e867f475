import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeShared } from '../../../fixtures/shared-data';
import { readCapture } from '../pcap/capture';
import { parsePacket } from '../pcap/packet';
import type { Row } from '../testing/row-reader';
import { recogniseSflow, startsAsSflow } from '.';
import { startSflow } from './testing/decoding';

/** As tshark prints a dissection: names, and texts or more of the same. */
interface Dissection {
  readonly [field: string]: string | readonly string[] | Dissection;
}

function fieldOf(tree: Dissection, name: string): string | undefined {
  for (const [key, value] of Object.entries(tree)) {
    if (key === name && typeof value === 'string') return value;
    if (typeof value === 'object' && !Array.isArray(value)) {
      const found = fieldOf(value as Dissection, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** What tshark reads in a flow sample, in our terms. */
function expectedRow(datagram: Dissection, sample: Dissection): Row {
  const number = (name: string): number => Number(fieldOf(sample, name) ?? 0);
  const index = (side: string): number => {
    const value = number(`sflow.flow_sample.${side}_interface`);
    return value < 0x4000_0000 ? value : 0;
  };
  const text = (tree: Dissection, ...names: string[]): string =>
    names.map((name) => fieldOf(tree, name)).find(Boolean) ?? '';
  return {
    exporter: text(datagram, 'sflow_245.agent', 'sflow_245.agent.v6'),
    domain: Number(fieldOf(datagram, 'sflow_245.sub_agent_id')),
    sampling_rate: number('sflow.flow_sample.sampling_rate'),
    input_interface: index('input'),
    output_interface: index('output'),
    vlan: number('sflow_245.vlan.in'),
    src: text(sample, 'ip.src', 'ipv6.src'),
    dst: text(sample, 'ip.dst', 'ipv6.dst'),
    protocol: number('ip.proto'),
    tos: number('ip.dsfield'),
    bytes: number('ip.len'),
    src_port: number('tcp.srcport'),
    dst_port: number('tcp.dstport'),
    tcp_flags: number('tcp.flags'),
  };
}

async function* payloadsOf(path: string): AsyncGenerator<Uint8Array> {
  for await (const { bytes, linkType } of readCapture(chunksOf(path))) {
    const content = parsePacket(bytes, linkType);
    // NetFlow v5 goes to the same port in one of them.
    if (content.kind === 'datagram' && startsAsSflow(content.payload)) yield content.payload;
  }
}

async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(readFileSync(path));
}

const linesOf = (path: string, pattern: RegExp): number => readFileSync(path, 'utf8').match(pattern)?.length ?? 0;

describeShared('sFlow captures', ['flow-exports', 'sflow'], (path) => {
  it.each(['sflow-print-v6', 'sflow_multiple_counter_30_pdus'])('%s is read as tshark reads it', async (name) => {
    const dissections = JSON.parse(readFileSync(join(path, `${name}.pcap.tshark.json`), 'utf8')) as Dissection[];
    const expected = dissections.flatMap((datagram) =>
      Object.entries(datagram)
        .filter(([key]) => /flow sample/i.test(key))
        .map(([, sample]) => expectedRow(datagram, sample as Dissection)),
    );
    const decoding = startSflow();
    const rows: Row[] = [];
    for await (const payload of payloadsOf(join(path, `${name}.pcap`))) rows.push(...decoding.take(payload));
    expect(rows).toMatchObject(expected);
    expect(rows).toHaveLength(expected.length);
    const health = decoding.health();
    expect(health.flatMap(({ rejects }) => rejects)).toEqual([]);
    const samples = dissections.reduce(
      (sum, datagram) => sum + Number(fieldOf(datagram, 'sflow_245.numsamples') ?? 0),
      0,
    );
    const skipped = health.reduce((sum, { skipped: { counters = 0 } }) => sum + counters, 0);
    expect(rows.length + skipped).toBe(samples);
  });

  it.each(['sflow-print-v6', 'sflow_multiple_counter_30_pdus'])(
    '%s has the samples that tcpdump prints',
    async (name) => {
      const printed = join(path, `${name}.out`);
      const decoding = startSflow();
      for await (const payload of payloadsOf(join(path, `${name}.pcap`))) decoding.take(payload);
      const health = decoding.health();
      expect(health.reduce((sum, { datagrams }) => sum + datagrams, 0)).toBe(linesOf(printed, /sFlowv5/g));
      expect(health.reduce((sum, { records }) => sum + records, 0)).toBe(
        linesOf(printed, /^\s+(expanded )?flow sample/gm),
      );
      expect(health.reduce((sum, { skipped: { counters = 0 } }) => sum + counters, 0)).toBe(
        linesOf(printed, /^\s+(expanded )?counter sample/gm),
      );
    },
  );

  it('sflow_print-segv, whose UDP length leaves two words of a header, is no sFlow', async () => {
    for await (const payload of payloadsOf(join(path, 'sflow_print-segv.pcap'))) {
      expect(recogniseSflow(payload)).toBe(false);
      const decoding = startSflow();
      expect(decoding.take(payload)).toEqual([]);
      expect(decoding.only().rejects).toMatchObject([{ code: 'truncated' }]);
    }
  });
});
