import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askOwners, compileFilter, parseFilter, type OwnerQuestion, type Owners } from '../query';
import { migrate, openEmbedded, type Store } from '../store';
import { FLOW_FIELDS } from './fields';
import { countFlows, readFlows } from './read-flows';

jest.setTimeout(60_000);

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
    flow(10, '::ffff:10.0.0.2', '::ffff:10.0.0.9', 53, {
      protocol: 17,
      sampling_rate: 100,
      packets: 3,
      bytes: 7,
      verdict: 2,
      fqdn: 'a.example.com',
    }),
    flow(7200, '2001:db8::1', '2001:db8::2', 443, { scope: 'vpc-1', bytes: 20_000_000, l7: 'SSL/TLS' }),
  ]);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** 10.0.0.1 was web's until noon, and is app's since; 10.0.0.9 was always app's. */
const owners: Owners = {
  addressesOf: ({ values }: OwnerQuestion) =>
    Promise.resolve(
      values.includes('apart')
        ? [
            { address: '2001:db8::1', exceptScopes: ['vpc-1'] },
            { address: '10.0.0.2', exceptScopes: ['vpc-1'] },
          ]
        : values.includes('web')
          ? [{ scope: '', address: '10.0.0.1', until: noon * 1000 }]
          : [
              { scope: '', address: '10.0.0.1', since: noon * 1000 },
              { address: '10.0.0.9' },
              { scope: 'vpc-1', address: '10.0.0.2' },
            ],
    ),
};
const ports = async (text: string) => {
  const filter = parseFilter(FLOW_FIELDS, text);
  const answers = await askOwners(filter, owners, {});
  const condition = compileFilter(filter, { now: (noon + 3600) * 1000, answers });
  return (await readFlows(store, { condition }, 10)).map((flow) => flow.dst_port);
};

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

it.each<[object, number[]]>([
  [{}, [443, 53, 443]],
  [{ from: noon + 1 }, [53, 443]],
  [{ to: noon + 10 }, [443]],
])('narrows by the window %j', async (window, expected) => {
  expect((await readFlows(store, window, 10)).map((flow) => flow.dst_port)).toEqual(expected);
  expect(await countFlows(store, window)).toBe(expected.length);
});

it.each<[string, number[]]>([
  ['host 10.0.0.2', [53]],
  ['host in 10.0.0.0/30', [443, 53]],
  ['host 2001:db8::/64', [443]],
  ['src in (10.0.0.1, 2001:db8::1-2001:db8::f)', [443, 443]],
  ['dst != 10.0.0.9', [443]],
  ['port 443', [443, 443]],
  ['port 50010', [53]],
  ['port in (53, 50000-50005)', [443, 53]],
  ['protocol udp', [53]],
  ['protocol in (tcp, 17) and not protocol udp', [443, 443]],
  ['exporter 192.0.2.1', [443]],
  ['format ipfix', [443]],
  ['denied', [53]],
  ['verdict denied', [53]],
  ['bytes > 10M', [443]],
  ['bytes >= 7 and bytes < 10', [53]],
  ['scaled_bytes = 700', [53]],
  ['packets', [443, 53]],
  ['start > -30m', [443]],
  ['start < 2026-01-05T13:00', [443, 53]],
  ['fqdn like *.example.com', [53]],
  ['fqdn like ?.EXAMPLE.com', []],
  ['fqdn', [53]],
  ['l7 ~ "(?i)^ssl"', [443]],
  ['l7 !~ ssl and l7 = ""', [443, 53]],
  ['scope "vpc-1"', [443]],
  ['src is web', []],
  ['src is app', [443]],
  ['src is apart', [53]],
  ['host.role in (app, db)', [443, 53]],
  ['dst is not app or scope vpc-1', [443]],
])('narrows by %s', async (filter, expected) => {
  expect(await ports(filter)).toEqual(expected);
});

it('stops at the limit', async () => {
  expect(await readFlows(store, {}, 1)).toHaveLength(1);
});

it('takes a filter of every column', async () => {
  const each = FLOW_FIELDS.fields.map(({ name, kind }) => {
    if (!kind.operators.includes('=')) return kind.operators.length === 0 ? name : `${name} > 2026-01-01`;
    return kind.problem('=', '1') === undefined ? `${name} = 1` : `${name} = ::1`;
  });
  expect(each.length).toBeGreaterThan(45);
  expect(await ports(`not (${each.join(' and ')})`)).toHaveLength(3);
});
