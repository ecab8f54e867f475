import { addressToBytes, parseAddress } from '../kernel/ip';
import { RowBatches } from '../model/rows';
import { createDatagramDecoder } from '../decode/datagram';
import { ethernet, ipv4, tcp } from '../decode/frame/testing/frames';
import { flowSample, rawHeader, sflow } from '../decode/sflow/testing/datagrams';
import {
  be,
  ipfix,
  join,
  netflow5,
  netflow5Record,
  netflow9,
  set,
  SECONDS,
  template,
  UPTIME,
  v4,
  varText,
  type FieldSpec,
} from '../decode/testing/datagrams';
import { CLASSIC } from './traffic/classic';
import { median } from '../../fixtures/median';
import { benchCollectors, type Traffic } from './collectors';

const RUNS = 15;
/** Records a run; a run is a fraction of a second. */
const RECORDS = 1_000_000;
/** Distinct datagrams, so that values differ from one to the next. */
const DATAGRAMS = 64;
const VARIABLE = 0xffff;
/** A batch is emptied here, as the spool would. */
const BATCH_BYTES = 4 << 20;

/** What VMware's distributed switch sends. */
const MILLISECONDS: readonly FieldSpec[] = [
  [8, 4],
  [12, 4],
  [1, 8],
  [2, 8],
  [152, 8],
  [153, 8],
  [7, 2],
  [11, 2],
  [10, 4],
  [14, 4],
  [351, 8],
  [4, 1],
  [136, 1],
  [6, 1],
  [5, 1],
  [53, 1],
  [61, 1],
  [890, 2, 6876],
  [888, 2, 6876],
  [889, 1, 6876],
];
/** An application-aware exporter: application, host and user by name. */
const NAMED: readonly FieldSpec[] = [...MILLISECONDS.slice(0, 17), [96, VARIABLE], [460, VARIABLE], [371, VARIABLE]];

/**
 * Records that one core decodes from datagrams in memory into RowBinary, per second of its time: the median of many
 * short runs. CPU time, because what else the machine does is not the decoder's affair.
 */
export async function bench(report: (metric: string, value: number, unit: string) => void): Promise<void> {
  for (const scenario of scenarios()) {
    report(scenario.metric, median(measure(scenario)), 'records/s');
    await Promise.resolve();
  }
  await benchCollectors(scenarios(), report);
}

function measure({ metric, announce, datagrams, recordsEach }: Traffic): number[] {
  const decoder = createDatagramDecoder();
  const batches = new RowBatches();
  const from = { address: addressToBytes(parseAddress('192.0.2.1')) };
  const received = SECONDS * 1e6;
  const rounds = Math.ceil(RECORDS / (datagrams.length * recordsEach));
  const records = rounds * datagrams.length * recordsEach;
  if (announce.length > 0) decoder.decode(announce, from, received, batches);
  const rates = Array.from({ length: RUNS }, () => {
    const started = process.cpuUsage();
    for (let round = 0; round < rounds; round++) {
      for (const datagram of datagrams) decoder.decode(datagram, from, received, batches);
      if (batches.bytes > BATCH_BYTES) for (const batch of batches.filled()) batch.clear();
    }
    const { user, system } = process.cpuUsage(started);
    return (records / (user + system)) * 1e6;
  });
  const decoded = decoder.health().reduce((sum, health) => sum + health.records, 0);
  if (decoded !== RUNS * records) throw new Error(`${metric}: ${decoded} of ${RUNS * records} records decoded`);
  return rates;
}

function scenarios(): Traffic[] {
  const indices = Array.from({ length: DATAGRAMS }, (_, index) => index);
  const of = (index: number, count: number, record: (seed: number) => Uint8Array): Uint8Array[] =>
    Array.from({ length: count }, (_, i) => record(index * count + i));
  return [
    {
      metric: 'netflow5',
      announce: new Uint8Array(0),
      datagrams: indices.map((index) => netflow5({ sequence: index * 30 }, ...of(index, 30, () => netflow5Record()))),
      recordsEach: 30,
    },
    {
      metric: 'netflow9-fixed',
      announce: netflow9({}, set(0, template(256, CLASSIC))),
      datagrams: indices.map((index) =>
        netflow9({ sequence: index + 1 }, set(256, ...of(index, 22, recordOf(CLASSIC)))),
      ),
      recordsEach: 22,
    },
    {
      metric: 'ipfix-fixed',
      announce: ipfix({}, set(2, template(256, MILLISECONDS))),
      datagrams: indices.map((index) =>
        ipfix({ sequence: index * 18 }, set(256, ...of(index, 18, recordOf(MILLISECONDS)))),
      ),
      recordsEach: 18,
    },
    {
      metric: 'ipfix-varlen',
      announce: ipfix({}, set(2, template(256, NAMED))),
      datagrams: indices.map((index) => ipfix({ sequence: index * 12 }, set(256, ...of(index, 12, recordOf(NAMED))))),
      recordsEach: 12,
    },
    {
      metric: 'sflow',
      announce: new Uint8Array(0),
      datagrams: indices.map((index) =>
        sflow({ sequence: index }, ...of(index, 7, (seed) => flowSample({ sequence: seed }, sampledHeader(seed)))),
      ),
      recordsEach: 7,
    },
  ];
}

/** 128 bytes of a frame, as most switches send. */
function sampledHeader(seed: number): Uint8Array {
  const segment = tcp(32_768 + (seed & 0x3fff), 443, 0x18, new Uint8Array(1200));
  const packet = ipv4({ src: `10.1.${(seed >> 8) & 255}.${seed & 255}`, dst: `10.2.0.${seed & 31}` }, segment);
  return rawHeader(ethernet(0x0800, packet, [0x8100, 100 + (seed & 7)]), 128);
}

/** Values of a plausible flow; `seed` makes them differ. */
function recordOf(fields: readonly FieldSpec[]): (seed: number) => Uint8Array {
  return (seed) => join(...fields.map(([id, length]) => valueOf(id, length, seed)));
}

function valueOf(id: number, length: number, seed: number): Uint8Array {
  switch (id) {
    case 8:
      return v4(`10.1.${(seed >> 8) & 255}.${seed & 255}`);
    case 12:
      return v4(`10.2.0.${seed & 31}`);
    case 21:
      return be(UPTIME - (seed % 1000), length);
    case 22:
      return be(UPTIME - 1000 - (seed % 60_000), length);
    case 152:
    case 153:
      return be(SECONDS * 1000 - (seed % 60_000), length);
    case 4:
      return be(seed % 5 === 0 ? 17 : 6, length);
    case 96:
      return varText(['postgresql', 'https', 'ldap', 'kerberos'][seed & 3] ?? '');
    case 460:
      return varText(`host-${seed & 255}.shop.example`);
    case 371:
      return varText(`user${seed & 127}`);
    default:
      return be((seed * 2_654_435_761) % 65_521, length);
  }
}
