import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeShared } from '../../../fixtures/shared-data';
import type { Store } from '../../store/store';
import { type Loaded, loadLines, withEngine } from '../testing/engine';
import { azure } from '.';

/** The engine takes most of a second to analyse a plan of this size, and each load asks it several times. */
jest.setTimeout(60_000);

let store: Store;
withEngine((opened) => (store = opened));

const nsg = (tuples: readonly unknown[], version = 2): object => ({
  time: '2024-03-01T10:00:00Z',
  category: 'NetworkSecurityGroupFlowEvent',
  resourceId: '/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/WEB',
  properties: {
    Version: version,
    flows: [{ rule: 'UserRule_web', flows: [{ mac: '000D3A000001', flowTuples: tuples }] }],
  },
});
const vnet = (...tuples: readonly string[]): object => ({
  flowLogVersion: 4,
  macAddress: '00224871C205',
  targetResourceID: '/subscriptions/s/providers/Microsoft.Network/virtualNetworks/hub/subnets/a',
  flowRecords: { flows: [{ aclID: 'acl-1', flowGroups: [{ rule: 'allow-web', flowTuples: tuples }] }] },
});
const load = (...records: readonly unknown[]): Promise<Loaded> =>
  loadLines(store, azure, records.map((record) => JSON.stringify(record)).join('\n'));

describe('Azure flow log', () => {
  it('reads a tuple of a network security group', async () => {
    const { rows, rejects } = await load(nsg(['1709287200,10.0.0.4,10.0.1.5,40000,443,T,O,A,C,3,700,2,1500']));
    expect(rejects).toEqual([]);
    expect(rows).toEqual([
      {
        reporter: '/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/WEB',
        scope: '',
        format: 'azure',
        start: 1709287200,
        end: 1709287200,
        src: '::ffff:10.0.0.4',
        dst: '::ffff:10.0.1.5',
        src_port: 40000,
        dst_port: 443,
        protocol: 6,
        packets: 3,
        bytes: 700,
        reverse_packets: 2,
        reverse_bytes: 1500,
        initiator: 1,
        sampling_rate: 1,
        verdict: 1,
        rule_id: 'UserRule_web',
        firewall_event: 5,
        observed: 2,
        vif: '000D3A000001',
      },
    ]);
  });

  it('reads version 1, and what was denied', async () => {
    const { rows } = await load(
      nsg(['1709287200,203.0.113.9,10.0.1.5,53,53,U,I,D'], 1),
      nsg(['1709287200,203.0.113.9,10.0.1.5,53,53,U,I,D,B,,,,']),
    );
    expect(rows).toMatchObject(
      Array.from({ length: 2 }, () => ({ protocol: 17, observed: 1, verdict: 2, firewall_event: 3, packets: 0 })),
    );
  });

  it('reads tuples of a virtual network, in milliseconds and with protocol numbers', async () => {
    const { rows, rejects } = await load(
      vnet(
        '1709287200123,10.0.0.4,10.0.1.5,40000,443,6,I,E,X,3,700,2,1500',
        '1709287200124,2001:db8::1,2001:db8::2,0,0,58,O,D,NX,0,0,0,0',
      ),
    );
    expect(rejects).toEqual([]);
    expect(rows).toMatchObject([
      {
        start: 1709287200.123,
        reporter: 'acl-1',
        scope: '/subscriptions/s/providers/Microsoft.Network/virtualNetworks/hub',
        vif: '00224871C205',
        rule_id: 'allow-web',
        verdict: 1,
        firewall_event: 2,
        reverse_bytes: 1500,
      },
      { src: '2001:db8::1', protocol: 58, verdict: 2, firewall_event: 3, observed: 2 },
    ]);
  });

  it('passes over records without flows and rejects tuples of another form, one by one', async () => {
    const good = '1709287200,10.0.0.4,10.0.1.5,40000,443,T,O,A,B,,,,';
    const tuples = [
      good,
      'x',
      good.replace('T,O', 'Q,O'),
      good.replace('10.0.0.4', 'a'),
      good.replace(',A,', ',Z,'),
      good.replace(',,,,', ',-1,,,'),
      7,
      good.replace('1709287200', '17092872001'),
    ];
    const { rows, skipped, rejects } = await load(nsg(tuples), nsg([]), { records: [] });
    expect(rows).toHaveLength(1);
    expect(skipped).toBe(1);
    expect(rejects).toEqual([
      'flow tuple of another form: "x"',
      'protocol is not a protocol number or name: "Q"',
      'src is not an IP address: "a"',
      `flow tuple of another form: "${good.replace(',A,', ',Z,')}"`,
      'sent_packets is not a count: "-1"',
      'flow tuple of another form: "7"',
      'time is not a time in epoch seconds, of a VNet flow log in milliseconds: "17092872001"',
      'the line is no record of a flow log: it has no properties.flows and no flowRecords.flows',
    ]);
  });
});

describeShared('Azure flow log samples', ['cloud', 'azure'], (path) => {
  const read = (name: string): string => readFileSync(join(path, name), 'utf8');

  it('sums a connection from its tuples, which count what is new', async () => {
    const { tuples, expected } = JSON.parse(read('delta_semantics.json')) as {
      readonly tuples: readonly string[];
      readonly expected: Readonly<Record<string, number>>;
    };
    const { rows } = await load(nsg(tuples));
    const sum = (column: 'packets' | 'bytes' | 'reverse_packets' | 'reverse_bytes'): number =>
      rows.reduce((total, row) => total + Number(row[column]), 0);
    expect([sum('packets'), sum('bytes'), sum('reverse_packets'), sum('reverse_bytes')]).toEqual([
      expected.src_to_dst_packets,
      expected.src_to_dst_bytes,
      expected.dst_to_src_packets,
      expected.dst_to_src_bytes,
    ]);
  });

  it.each([
    ['nsg_v2.json', 11],
    ['vnet_v4.json', 19],
  ])('%s has each tuple as a row', async (name, count) => {
    const text = read(name);
    expect(azure.recognise(Buffer.from(text))).toBe(true);
    const { rows, skipped, rejects } = await loadLines(store, azure, text);
    expect(rejects).toEqual([]);
    expect(skipped).toBe(0);
    const tuples = [...text.matchAll(/"(\d{10,13}),([^,"]+),([^,"]+),(\d+),(\d+),/g)];
    expect(tuples).toHaveLength(count);
    expect(rows.map(({ src, dst, src_port, dst_port }) => [src, dst, src_port, dst_port])).toEqual(
      tuples.map(([, , src, dst, sport, dport]) => [`::ffff:${src}`, `::ffff:${dst}`, Number(sport), Number(dport)]),
    );
  });
});
