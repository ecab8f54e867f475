import type { Store } from '../../store/store';
import { type Loaded, loadLines, withEngine } from '../testing/engine';
import { nfdump } from '.';

/** The engine takes most of a second to analyse a plan of this size, and each load asks it several times. */
jest.setTimeout(60_000);

let store: Store;
withEngine((opened) => (store = opened));

const OLD = 'ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out';
const OLD_LINE =
  '2024-03-01 10:00:00,2024-03-01 10:00:02,2.000,10.0.0.1,10.0.0.2,40000,443,TCP,...AP.S.,0,8,6,1923,4,800,3,4';
const NEW = 'firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows';
const NEW_LINE = '2024-03-01 10:00:00.125,1.500,UDP,2001:db8::1,5353,2001:db8::2,53,2,180,1';
const record = {
  type: 'FLOW',
  first: '2024-03-01T10:00:00.125',
  last: '2024-03-01T10:00:01.000',
  in_packets: 6,
  in_bytes: 1923,
  proto: 6,
  tcp_flags: '...AP.SF',
  src_port: 40000,
  dst_port: 443,
  src4_addr: '10.0.0.1',
  dst4_addr: '10.0.0.2',
  ip4_router: '192.0.2.1',
};
const load = (...lines: readonly string[]): Promise<Loaded> => loadLines(store, nfdump, lines.join('\n'));

describe('nfdump output', () => {
  it('reads the CSV of 1.6, without its summary', async () => {
    const tail = ['Summary', 'flows,bytes,packets,avg_bps,avg_pps,avg_bpp', '1,1923,6,0,0,2'];
    const { rows, skipped, rejects } = await load(OLD, OLD_LINE, ...tail);
    expect([skipped, rejects]).toEqual([4, []]);
    expect(rows).toMatchObject([
      {
        format: 'nfdump',
        start: 1709287200,
        end: 1709287202,
        src: '::ffff:10.0.0.1',
        dst: '::ffff:10.0.0.2',
        src_port: 40000,
        dst_port: 443,
        protocol: 6,
        packets: 6,
        bytes: 1923,
        reverse_packets: 4,
        reverse_bytes: 800,
        tcp_flags: 26,
        input_interface: 3,
        output_interface: 4,
        tos: 8,
      },
    ]);
  });

  it('reads the CSV of 1.7, whose end is a duration, and ICMP in place of ports', async () => {
    const icmp = NEW_LINE.replace('UDP', 'ICMP').replace('5353', '0').replace(',53,', ',3.1,');
    const { rows, rejects } = await load(NEW, NEW_LINE, icmp);
    expect(rejects).toEqual([]);
    expect(rows).toMatchObject([
      { start: 1709287200.125, end: 1709287201.625, src: '2001:db8::1', protocol: 17, dst_port: 53, bytes: 180 },
      { protocol: 1, dst_port: 769 },
    ]);
  });

  it('reads JSON, printed as an array or line by line', async () => {
    const icmp = { ...record, proto: 1, icmp_type: 8, icmp_code: 0, src_port: undefined, dst_port: undefined };
    const denied = {
      ...record,
      event_id: '3',
      event: 'DENIED',
      src4_xlt_ip: '192.0.2.7',
      src_xlt_port: '4000',
      user_name: 'ada',
    };
    const expected = [
      {
        start: 1709287200.125,
        end: 1709287201,
        tcp_flags: 27,
        exporter: '::ffff:192.0.2.1',
        dst_port: 443,
        verdict: 0,
      },
      { protocol: 1, dst_port: 2048 },
      { verdict: 2, firewall_event: 3, post_src: '::ffff:192.0.2.7', post_src_port: 4000, user: 'ada' },
    ];
    const records = [record, icmp, denied];
    expect((await load(JSON.stringify(records, undefined, 2))).rows).toMatchObject(expected);
    expect((await load(...records.map((one) => JSON.stringify(one)))).rows).toMatchObject(expected);
  });

  it('says what is wrong', async () => {
    const { rows, rejects } = await load(
      OLD,
      OLD_LINE,
      OLD_LINE.replace('443', '4430000'),
      OLD_LINE.replace('TCP', 'FOO'),
      '1,2',
    );
    expect(rows).toHaveLength(1);
    expect(rejects).toEqual([
      'dp is not a port, or type and code of ICMP: "4430000"',
      'pr is not a protocol number or name: "FOO"',
      'expected 17 fields, found 2',
    ]);
  });
});
