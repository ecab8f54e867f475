import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeShared } from '../../../fixtures/shared-data';
import type { Store } from '../../store/store';
import type { EngineFormat } from '../format';
import { recognise } from '../registry';
import { type Loaded, loadLines, withEngine } from '../testing/engine';
import { awsVpc, awsVpcFormat } from '.';

let store: Store;
withEngine((opened) => (store = opened));

const load = (log: string, format: EngineFormat = awsVpc): Promise<Loaded> => loadLines(store, format, log);

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
    expect(withHeader).toEqual({ rows: [expected], sightings: [], skipped: 1, lost: 0, rejects: [] });
    expect(await load(LINE)).toEqual({ rows: [expected], sightings: [], skipped: 0, lost: 0, rejects: [] });
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

  it('takes what CloudWatch Logs exported to S3', async () => {
    const silent = '2 111122223333 eni-0a1 - - - - - - - 1700000000 1700000060 - NODATA';
    const log = [LINE, silent, LINE].map((line) => `2023-11-14T22:13:20.000Z ${line}\n`).join('');
    expect(await load(log)).toMatchObject({
      rows: [{ dst_port: 5432, start: 1700000000 }, {}],
      skipped: 1,
      rejects: [],
    });
  });

  it('names the task, instance or resource at the interface, and the services of AWS', async () => {
    const log = [
      'srcaddr dstaddr instance-id ecs-cluster-name ecs-service-name ecs-task-id resource-id reject-reason pkt-src-aws-service pkt-dst-aws-service traffic-path encryption-status',
      '10.0.0.1 10.0.0.2 i-1 shop cart abc - - - S3 8 -',
      '10.0.0.1 10.0.0.2 - shop - abc - BPA AMAZON - - 1',
      '10.0.0.1 10.0.0.2 i-1 - - - nat-1 - - - - -',
      '10.0.0.1 10.0.0.2 - - - - nat-1 - - - - -',
      '10.0.0.1 10.0.0.2 - - - - - - - - - -',
    ].join('\n');
    expect((await load(log)).rows).toMatchObject([
      { workload: 'shop/cart', rule_id: '', src_workload: '', dst_workload: 'S3' },
      { workload: 'shop/abc', rule_id: 'BPA', src_workload: 'AMAZON' },
      { workload: 'i-1' },
      { workload: 'nat-1' },
      { workload: '' },
    ]);
  });

  it('takes packets that a Transit Gateway had no route for as denied, when none got through', async () => {
    const log = [
      'srcaddr dstaddr packets packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded tgw-attachment-id',
      '10.0.0.1 10.0.0.2 10 1 2 9 tgw-attach-1',
      '10.0.0.1 10.0.0.2 0 4 0 0 tgw-attach-1',
      '10.0.0.1 10.0.0.2 5 0 5 0 tgw-attach-1',
      '10.0.0.1 10.0.0.2 5 - - - tgw-attach-1',
      '10.0.0.1 10.0.0.2 5 x - - tgw-attach-1',
    ].join('\n');
    expect(await load(log)).toMatchObject({
      rows: [
        { verdict: 0, rule_id: '', packets: 10, reporter: 'tgw-attach-1' },
        { verdict: 2, rule_id: 'no-route' },
        { verdict: 2, rule_id: 'blackhole' },
        { verdict: 0 },
      ],
      rejects: ['packets-lost-no-route is not a count: "x"'],
    });
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

  it.each([
    [
      'v6_transit_gateway.log',
      {
        reporter: 'tgw-attach-0abc12345def67890',
        src: '::ffff:10.0.0.1',
        dst: '::ffff:10.0.1.1',
        src_port: 12345,
        dst_port: 443,
        protocol: 6,
        packets: 10,
        bytes: 1000,
        start: 1700000000,
        end: 1700000060,
        tcp_flags: 2,
        initiator: 1,
        observed: 1,
        verdict: 0,
        rule_id: '',
      },
    ],
    [
      'v7_ecs.log',
      {
        reporter: 'eni-0abc1234def567890',
        src: '::ffff:10.0.1.100',
        dst: '::ffff:10.0.2.200',
        src_port: 49152,
        dst_port: 22,
        protocol: 6,
        packets: 15,
        bytes: 3500,
        start: 1700000000,
        end: 1700000060,
        verdict: 1,
        workload: 'my-cluster/my-service',
      },
    ],
    [
      'v5_service_path_direction.log',
      {
        scope: 'vpc-abcdefab012345678',
        workload: 'i-0c50d5961bcb2d47b',
        src: '::ffff:52.95.128.179',
        dst: '::ffff:10.0.0.71',
        src_port: 80,
        dst_port: 34210,
        packets: 14,
        bytes: 15044,
        initiator: 2,
        observed: 1,
        src_workload: 'S3',
        dst_workload: '',
        via_src: '::',
        via_dst: '::',
      },
    ],
    [
      'custom_nat_gateway.log',
      {
        workload: '',
        reporter: 'eni-1235b8ca123456789',
        src: '::ffff:10.0.1.5',
        dst: '::ffff:203.0.113.5',
        via_src: '::',
        via_dst: '::ffff:10.0.0.220',
      },
    ],
    [
      'v2_default.log',
      {
        reporter: 'eni-1235b8ca123456789',
        src: '::ffff:172.31.16.139',
        dst: '::ffff:172.31.16.21',
        src_port: 20641,
        dst_port: 22,
        protocol: 6,
        packets: 20,
        bytes: 4249,
        start: 1418530010,
        end: 1418530070,
        verdict: 1,
      },
    ],
    [
      'v2_cloudwatch_subscription.json',
      {
        reporter: 'eni-1235b8ca123456789',
        src: '::ffff:172.31.16.139',
        dst: '::ffff:172.31.16.21',
        src_port: 20641,
        dst_port: 22,
        protocol: 6,
        packets: 20,
        bytes: 4249,
        start: 1418530010,
        end: 1418530070,
        verdict: 1,
      },
    ],
  ])('reads the first flow of %s field by field', async (name, flow) => {
    const { rows, rejects } = await load(sample(name));
    expect(rejects).toEqual([]);
    expect(rows[0]).toMatchObject(flow);
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
