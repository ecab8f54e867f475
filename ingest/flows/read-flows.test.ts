import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAddress, parsePrefix } from '../kernel/ip';
import { migrate, openEmbedded, type Store } from '../store';
import { readFlows, type FlowFilter } from './read-flows';

const folder = mkdtempSync(join(tmpdir(), 'wayleave-flows-'));
const noon = Date.UTC(2026, 0, 5, 12) / 1000;
let store: Store;

beforeAll(async () => {
  store = openEmbedded(join(folder, 'data'));
  await migrate(store);
  const flow = (second: number, src: string, dst: string, port: number, more: object = {}) => ({
    received: noon * 1e6,
    start: (noon + second) * 1e6 + 250,
    end: (noon + second) * 1e6,
    src,
    dst,
    src_port: 50000 + second,
    dst_port: port,
    protocol: 6,
    ...more,
  });
  await store.insert('flows', [
    flow(0, '::ffff:10.0.0.1', '::ffff:10.0.0.9', 443, { exporter: '::ffff:192.0.2.1', format: 'ipfix', packets: 2 }),
    flow(10, '::ffff:10.0.0.2', '::ffff:10.0.0.9', 53, { protocol: 17, sampling_rate: 100, packets: 3, bytes: 7 }),
    flow(7200, '2001:db8::1', '2001:db8::2', 443),
  ]);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

it('gives what the source said, scaled counters beside those counted', async () => {
  const [first, second] = await readFlows(store, {}, 10);
  expect(first).toEqual({
    received: '2026-01-05T12:00:00.000000Z',
    exporter: '192.0.2.1',
    format: 'ipfix',
    start: '2026-01-05T12:00:00.000250Z',
    end: '2026-01-05T12:00:00.000000Z',
    src: '10.0.0.1',
    dst: '10.0.0.9',
    src_port: 50000,
    dst_port: 443,
    protocol: 6,
    packets: 2,
    scaled_packets: 2,
  });
  expect(second).toMatchObject({ sampling_rate: 100, packets: 3, scaled_packets: 300, bytes: 7, scaled_bytes: 700 });
});

it.each<[string, FlowFilter, number[]]>([
  ['nothing', {}, [443, 53, 443]],
  ['a start', { from: noon + 1 }, [53, 443]],
  ['an end', { to: noon + 10 }, [443]],
  ['an endpoint', { endpoint: parsePrefix('10.0.0.2') }, [53]],
  ['a prefix', { endpoint: parsePrefix('10.0.0.0/30') }, [443, 53]],
  ['an IPv6 prefix', { endpoint: parsePrefix('2001:db8::/64') }, [443]],
  ['a port', { port: 443 }, [443, 443]],
  ['a client port', { port: 50010 }, [53]],
  ['a protocol', { protocol: 17 }, [53]],
  ['an exporter', { exporter: parseAddress('192.0.2.1') }, [443]],
  ['a format', { format: 'ipfix' }, [443]],
])('narrows by %s', async (_, filter, ports) => {
  expect((await readFlows(store, filter, 10)).map((flow) => flow.dst_port)).toEqual(ports);
});

it('stops at the limit', async () => {
  expect(await readFlows(store, {}, 1)).toHaveLength(1);
});
