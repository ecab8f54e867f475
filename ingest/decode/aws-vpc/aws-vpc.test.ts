import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeShared } from '../../../fixtures/shared-data';
import type { FlowColumnName } from '../../model/flow';
import { openEmbedded } from '../../store/chdb';
import type { Store } from '../../store/store';
import type { EngineFormat } from '../format';
import { recognise } from '../registry';
import { awsVpc, awsVpcFormat } from '.';

const folder = mkdtempSync(join(tmpdir(), 'wayleave-aws-'));
let store: Store;
beforeAll(() => {
  store = openEmbedded(join(folder, 'data'));
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Outcome {
  readonly rows: Partial<Record<FlowColumnName, string | number>>[];
  readonly skipped: number;
  readonly lost: number;
  readonly rejects: string[];
}

/** Runs the plan for a log as an upload does, every line in exactly one way. */
async function load(log: string, format: EngineFormat = awsVpc): Promise<Outcome> {
  const path = join(folder, 'flow.log');
  writeFileSync(path, log);
  const plan = format.plan(Buffer.from(log));
  const source = `file('${path}', 'LineAsString', 'line String')`;
  const columns = Object.entries(plan.columns).map(([name, expression]) =>
    ['start', 'end'].includes(name) ? `toUnixTimestamp(${expression}) AS out_${name}` : `${expression} AS out_${name}`,
  );
  const rows = await store.query<Record<string, string | number>>(
    `WITH ${plan.with} SELECT ${columns.join(', ')} FROM ${source} WHERE ${plan.good}`,
  );
  const [counts] = await store.query<{ total: number; once: number; skipped: number; lost: number }>(
    `WITH ${plan.with} SELECT count() AS total, countIf(${plan.good} + ${plan.skipped} + ${plan.lost} <= 1) AS once,
       countIf(${plan.skipped}) AS skipped, countIf(${plan.lost}) AS lost FROM ${source}`,
  );
  const rejects = await store.query<{ reason: string }>(
    `WITH ${plan.with} SELECT ${plan.reject} AS reason FROM ${source}
     WHERE NOT ${plan.good} AND NOT ${plan.skipped} AND NOT ${plan.lost}`,
  );
  if (!counts) throw new Error('no counts');
  expect(counts.once).toBe(counts.total);
  return {
    rows: rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name.slice(4), value]))),
    skipped: counts.skipped,
    lost: counts.lost,
    rejects: rejects.map(({ reason }) => reason),
  };
}

const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const LINE = '2 111122223333 eni-0a1 10.1.0.5 10.2.0.9 50123 5432 6 12 3400 1700000000 1700000060 ACCEPT OK';

describe('AWS VPC flow log', () => {
  it('reads version 2 by its header, and without one', async () => {
    const expected = {
      reporter: 'eni-0a1',
      format: 'aws-vpc',
      start: 1700000000,
      end: 1700000060,
      src: '::ffff:10.1.0.5',
      dst: '::ffff:10.2.0.9',
      src_port: 50123,
      dst_port: 5432,
      protocol: 6,
      packets: 12,
      bytes: 3400,
      sampling_rate: 1,
      verdict: 1,
    };
    const withHeader = await load(`${HEADER}\n${LINE}\n`);
    expect(withHeader).toEqual({ rows: [expected], skipped: 1, lost: 0, rejects: [] });
    expect(await load(LINE)).toEqual({ rows: [expected], skipped: 0, lost: 0, rejects: [] });
  });

  it('reads any order, with the original endpoints of translated traffic', async () => {
    const log = [
      'vpc-id instance-id tcp-flags srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol flow-direction action log-status',
      'vpc-1 i-7 2 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5 40000 443 6 ingress REJECT OK',
      '- - 19 2001:db8::1 2001:db8::2 2001:db8::1 2001:db8::2 443 40000 6 egress ACCEPT OK',
      'vpc-1 i-7 3 10.0.1.5 10.0.0.220 - - 1 2 17 - - OK',
    ].join('\n');
    const { rows, rejects } = await load(log);
    expect(rejects).toEqual([]);
    expect(rows).toMatchObject([
      {
        src: '::ffff:10.0.1.5',
        dst: '::ffff:203.0.113.5',
        via_src: '::',
        via_dst: '::ffff:10.0.0.220',
        initiator: 1,
        verdict: 2,
        observed: 1,
        scope: 'vpc-1',
        workload: 'i-7',
      },
      { src: '2001:db8::1', via_dst: '::', initiator: 2, verdict: 1, observed: 2, scope: '', workload: '' },
      { dst: '::ffff:10.0.0.220', via_dst: '::', initiator: 0, verdict: 0, observed: 0 },
    ]);
  });

  it.each([
    ['srcport is not a port: "abc"', LINE.replace('50123', 'abc')],
    ['dstport is not a port: "65536"', LINE.replace('5432', '65536')],
    ['srcaddr is not an IP address: "10.1.0"', LINE.replace('10.1.0.5', '10.1.0')],
    ['protocol is not a protocol number: "tcp"', LINE.replace(' 6 ', ' tcp ')],
    ['packets is not a count: "-3"', LINE.replace(' 12 ', ' -3 ')],
    ['bytes is not a count: ""', LINE.replace(' 3400 ', '  ')],
    ['start is not a time in epoch seconds: "1700000000000"', LINE.replace('1700000000', '1700000000000')],
    ['log-status is not OK, NODATA or SKIPDATA: "FINE"', LINE.replace(' OK', ' FINE')],
    ['the line has no destination address', LINE.replace('10.2.0.9', '-')],
    ['expected 14 fields, found 13', LINE.replace(' ACCEPT', '')],
    ['expected 14 fields, found 15', `${LINE} more`],
    ['expected 14 fields, found 1', '\u0000\u0001binary'],
  ])('rejects a line and says why: %s', async (reason, line) => {
    const { rows, rejects } = await load(`${HEADER}\n${line}\n${LINE}\n`);
    expect(rows).toHaveLength(1);
    expect(rejects).toEqual([reason]);
  });

  it('passes over headers in the middle, blank lines and NODATA, and counts SKIPDATA as loss', async () => {
    const silent = '2 111122223333 eni-0a1 - - - - - - - 1700000000 1700000060 -';
    const log = [HEADER, LINE, '', HEADER, `${silent} NODATA`, `${silent} SKIPDATA`, LINE].join('\n');
    expect(await load(log)).toMatchObject({ rows: [{}, {}], skipped: 4, lost: 1, rejects: [] });
  });

  it('takes CRLF, and spaces that came twice or last', async () => {
    const log = [HEADER, LINE, LINE.replace(' 6 ', '  6 '), `${LINE} `, ''].join('\r\n');
    expect(await load(log)).toMatchObject({ rows: [{}, {}, {}], skipped: 1, rejects: [] });
  });

  it('takes the format string of a log that has no header', async () => {
    const format = awsVpcFormat('${srcaddr} ${dstaddr} ${dstport}');
    const { rows } = await load('10.0.0.1 10.0.0.2 443', format);
    expect(rows).toMatchObject([{ src: '::ffff:10.0.0.1', dst_port: 443 }]);
    expect(() => awsVpcFormat('${srcaddr} ${dst addr}')).toThrow(/"\$\{dst" is no field name/);
    expect(() => awsVpcFormat('${srcaddr}')).toThrow(/names no srcaddr and dstaddr/);
  });

  it('refuses a log whose fields cannot be known', () => {
    expect(() => awsVpc.plan(Buffer.from('eni-1 10.0.0.1 10.0.0.2'))).toThrow(
      expect.objectContaining({ code: 'unknown-fields' }),
    );
  });

  it.each(['hello world', '{"version": 2}', '', 'a b c srcaddr'])('does not take "%s" for a flow log', (text) => {
    expect(recognise(Buffer.from(text))).toBeUndefined();
  });
});

describeShared('AWS VPC flow log samples', ['cloud', 'aws'], (path) => {
  const sample = (name: string): string => readFileSync(join(path, name), 'utf8');
  const logs = readdirSync(path).filter((name) => name.endsWith('.log'));

  it.each(logs)('%s has a header that is recognised, and no line is lost', async (name) => {
    const log = sample(name);
    expect(recognise(Buffer.from(log))?.name).toBe('aws-vpc');
    const { rows, skipped, lost, rejects } = await load(log);
    expect(rejects).toEqual([]);
    expect(rows.length + skipped + lost).toBe(log.trimEnd().split('\n').length);
    expect(rows.length).toBeGreaterThan(0);
  });

  it('counts usable, empty and lost lines', async () => {
    expect(await load(sample('v2_default.log'))).toMatchObject({ rows: { length: 5 }, skipped: 2, lost: 1 });
  });

  it('states who opened the connections, as AWS explains them', async () => {
    const truth = JSON.parse(sample('expected_direction.json')) as Record<string, { conversations?: Conversation[] }>;
    for (const name of ['v3_tcp_flags.log', 'v3_tgw_three_enis.log', 'v5_service_path_direction.log']) {
      const { rows } = await load(sample(name));
      for (const { client, client_port, server } of truth[name]?.conversations ?? []) {
        const stated = rows.filter((row) => row.initiator !== 0 && [row.src_port, row.dst_port].includes(client_port));
        expect(stated.length).toBeGreaterThan(0);
        for (const row of stated) {
          const [opener, other] = row.initiator === 1 ? [row.src, row.dst] : [row.dst, row.src];
          expect([opener, other]).toEqual([`::ffff:${client}`, `::ffff:${server}`]);
        }
      }
    }
  });

  interface Conversation {
    readonly client: string;
    readonly client_port: number;
    readonly server: string;
  }
});
