import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeShared } from '../../../fixtures/shared-data';
import { readFile } from '../testing/reading';
import type { Row } from '../testing/row-reader';
import { caseNames, decodeCase, readJson, total } from '../testing/vendor-cases';

interface FlowRecord {
  readonly src4_addr?: string;
  readonly src6_addr?: string;
  readonly dst4_addr?: string;
  readonly dst6_addr?: string;
  readonly proto: number;
  readonly src_port?: number;
  readonly dst_port?: number;
  readonly in_packets: number;
  readonly in_bytes: number;
  /** `UPDATE` and others, of firewalls. */
  readonly event?: string;
}

/** Where nfdump counts otherwise, what is done to compare, and why. */
interface Difference {
  readonly why: string;
  readonly record?: (record: FlowRecord) => FlowRecord;
  readonly row?: (row: Row) => Row;
}

const scaled = (row: Row): Row => {
  const rate = Number(row.sampling_rate);
  return { ...row, packets: Number(row.packets) * rate, bytes: Number(row.bytes) * rate };
};

const NOWHERE = '::';

const DIFFERENCES: Readonly<Record<string, Difference>> = {
  'IPFIX_Procera.json': {
    why: 'lays the addresses of both families, of which one is empty, over each other',
    record: (record) => ({ ...record, src4_addr: NOWHERE, dst4_addr: NOWHERE }),
    row: (row) => ({ ...row, src: NOWHERE, dst: NOWHERE }),
  },
  'Netflow5_Juniper_MX80.json': { why: 'multiplies by the sampling rate', row: scaled },
  'Netflow_9_Cisco_ASA_2.json': {
    why: 'counts updates beside the teardowns that have their total',
    record: (record) => (record.event === 'UPDATE' ? { ...record, in_packets: 0, in_bytes: 0 } : record),
  },
};

/** Two datagrams in one file, of which a case is the first: nfdump reads both, as we do when it is read as a file. */
const SEVERAL_DATAGRAMS = 'Netflow_5_valid_01.json';

describeShared('captures of many vendors, as nfdump lists them', ['flow-exports', 'vendors'], (path) => {
  const listed = caseNames(path, 'oracle_nfdump').filter((name) => name !== SEVERAL_DATAGRAMS);

  it.each(listed)('%s: the same flows, packets and bytes', (name) => {
    const { record = same, row = same } = DIFFERENCES[name] ?? {};
    const rows = decodeCase(path, name).rows.map(row);
    const records = recordsOf(path, name).map(record);
    expect(rows.map(asLine).sort()).toEqual(records.map(asRow).map(asLine).sort());
    expect([total(rows.map(({ packets }) => packets)), total(rows.map(({ bytes }) => bytes))]).toEqual([
      total(records.map(({ in_packets: packets }) => packets)),
      total(records.map(({ in_bytes: bytes }) => bytes)),
    ]);
  });

  it(`${SEVERAL_DATAGRAMS}: the same flows, as a file`, async () => {
    const { rows } = await readFile('netflow5', readFileSync(join(path, 'data', 'netflow5.dat')), 4096);
    const records = recordsOf(path, SEVERAL_DATAGRAMS);
    expect(rows.map(asLine).sort()).toEqual(records.map(asRow).map(asLine).sort());
  });
});

/** Wireless controllers report stations without peers; nfdump lists them as flows without addresses. */
function recordsOf(path: string, name: string): FlowRecord[] {
  const records = readJson(path, 'oracle_nfdump', name) as FlowRecord[];
  return records.filter(({ src4_addr: v4, src6_addr: v6 }) => v4 !== undefined || v6 !== undefined);
}

function asRow(record: FlowRecord): Row {
  return {
    src: record.src4_addr ?? record.src6_addr,
    dst: record.dst4_addr ?? record.dst6_addr,
    protocol: record.proto,
    src_port: record.src_port,
    dst_port: record.dst_port,
    packets: record.in_packets,
    bytes: record.in_bytes,
  };
}

/** Without the ports of ICMP, which nfdump shows as type and code. */
function asLine({ src, dst, protocol, src_port: srcPort, dst_port: dstPort, packets, bytes }: Row): string {
  const ports = protocol === 1 || protocol === 58 ? '' : `${srcPort ?? 0}-${dstPort ?? 0}`;
  return [src, dst, protocol ?? 0, ports, packets ?? 0, bytes ?? 0].join(' ');
}

function same<T>(value: T): T {
  return value;
}
