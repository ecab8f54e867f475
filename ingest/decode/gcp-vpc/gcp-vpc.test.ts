import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeShared } from '../../../fixtures/shared-data';
import type { Store } from '../../store/store';
import { type Loaded, loadLines, withEngine } from '../testing/engine';
import { gcpVpc } from '.';

/** The engine takes most of a second to analyse a plan of this size, and each load asks it several times. */
jest.setTimeout(60_000);

let store: Store;
withEngine((opened) => (store = opened));

const connection = { src_ip: '10.0.0.2', dest_ip: '10.0.1.3', src_port: 40000, dest_port: 5432, protocol: 6 };
const vpc = { project_id: 'shop', vpc_name: 'main', subnetwork_name: 'a' };
const payload = {
  connection,
  reporter: 'SRC',
  start_time: '2024-03-01T10:00:00.123456789Z',
  end_time: '2024-03-01T10:00:05Z',
  packets_sent: '12',
  bytes_sent: '3400',
  src_instance: { vm_name: 'web-1', project_id: 'shop', zone: 'europe-west1-b' },
  src_vpc: vpc,
  dest_vpc: vpc,
  dest_gke_details: { cluster: { cluster_name: 'c' }, pod: { pod_name: 'db-0', pod_namespace: 'data' } },
};
const entry = (jsonPayload: object): object => ({
  insertId: 'x',
  logName: 'projects/shop/logs/compute.googleapis.com%2Fvpc_flows',
  resource: { type: 'gce_subnetwork', labels: { subnetwork_name: 'a', project_id: 'shop' } },
  jsonPayload,
});
const load = (...records: readonly unknown[]): Promise<Loaded> =>
  loadLines(store, gcpVpc, records.map((record) => JSON.stringify(record)).join('\n'));

describe('GCP VPC flow log', () => {
  it('reads an entry', async () => {
    const { rows, rejects } = await load(entry(payload));
    expect(rejects).toEqual([]);
    expect(rows).toEqual([
      {
        reporter: 'a/SRC',
        scope: 'shop/main',
        format: 'gcp-vpc',
        start: 1709287200.123456,
        end: 1709287205,
        src: '::ffff:10.0.0.2',
        dst: '::ffff:10.0.1.3',
        src_port: 40000,
        dst_port: 5432,
        protocol: 6,
        packets: 12,
        bytes: 3400,
        sampling_rate: 1,
        observed: 2,
        workload: 'web-1',
        src_workload: 'web-1',
        dst_workload: 'data/db-0',
        fqdn: '',
      },
    ]);
  });

  it('tells the reporters of one flow apart within one scope, so that it counts once', async () => {
    const { rows } = await load(entry(payload), entry({ ...payload, reporter: 'DEST' }));
    expect(rows.map(({ reporter, observed, scope, workload }) => [reporter, observed, scope, workload])).toEqual([
      ['a/SRC', 2, 'shop/main', 'web-1'],
      ['a/DEST', 1, 'shop/main', 'data/db-0'],
    ]);
  });

  it('reads bare payloads, counters as numbers, and flows without ports', async () => {
    const icmp = { src_ip: '2001:db8::1', dest_ip: '2001:db8::2', protocol: 58 };
    const { rows, rejects } = await load({ ...payload, connection: icmp, packets_sent: 3, bytes_sent: 180 });
    expect(rejects).toEqual([]);
    expect(rows).toMatchObject([
      { src: '2001:db8::1', src_port: 0, protocol: 58, packets: 3, bytes: 180, reporter: 'SRC' },
    ]);
  });

  it('takes the network of a gateway, and the name of a Google service', async () => {
    const { rows } = await load(
      entry({
        ...payload,
        reporter: 'SRC_GATEWAY',
        src_vpc: undefined,
        src_instance: undefined,
        src_gateway: { name: 'vpn-1', vpc },
      }),
      entry({ ...payload, dest_google_service: { service_name: 'logging.googleapis.com', type: 'GOOGLE_API' } }),
    );
    expect(rows).toMatchObject([
      { reporter: 'a/SRC_GATEWAY', observed: 2, scope: 'shop/main', workload: 'vpn-1' },
      { fqdn: 'logging.googleapis.com' },
    ]);
  });

  it('passes over entries of other logs', async () => {
    const other = { logName: 'projects/shop/logs/cloudaudit.googleapis.com%2Factivity', jsonPayload: {} };
    expect(await load(entry(payload), other)).toMatchObject({ rows: [{}], skipped: 1, rejects: [] });
  });

  it.each([
    ['connection.src_ip is not an IP address: "10.0.0"', { connection: { ...connection, src_ip: '10.0.0' } }],
    ['connection.dest_port is not a port: "70000"', { connection: { ...connection, dest_port: 70000 } }],
    ['connection.src_port is not a port: "-1"', { connection: { ...connection, src_port: -1 } }],
    ['packets_sent is not a count: "many"', { packets_sent: 'many' }],
    ['bytes_sent is not a count: "{"n":1}"', { bytes_sent: { n: 1 } }],
    ['start_time is not an ISO 8601 time: ""', { start_time: undefined }],
    ['start_time is not an ISO 8601 time: "9999-01-01T00:00:00Z"', { start_time: '9999-01-01T00:00:00Z' }],
    ['the line is no VPC flow log record: it has no connection.src_ip and dest_ip', { connection: [] }],
  ])('rejects a record and says why: %s', async (reason, change) => {
    const { rows, rejects } = await load({ ...payload, ...change }, payload);
    expect(rejects).toEqual([reason]);
    expect(rows).toHaveLength(1);
  });
});

describeShared('GCP VPC flow log samples', ['cloud', 'gcp'], (path) => {
  it.each(readdirSync(path))('%s loses no record, and each is as it says', async (name) => {
    const records = readFileSync(join(path, name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Entry);
    const { rows, rejects } = await load(...records);
    expect(rejects).toEqual([]);
    expect(rows).toMatchObject(
      records.map(({ jsonPayload: { connection, packets_sent, bytes_sent, reporter } }) => ({
        src: `::ffff:${connection.src_ip}`,
        dst: `::ffff:${connection.dest_ip}`,
        src_port: connection.src_port,
        dst_port: connection.dest_port,
        protocol: connection.protocol,
        packets: Number(packets_sent),
        bytes: Number(bytes_sent),
        observed: reporter === 'SRC' ? 2 : 1,
      })),
    );
  });

  interface Entry {
    readonly jsonPayload: {
      readonly connection: typeof connection;
      readonly packets_sent: string;
      readonly bytes_sent: string;
      readonly reporter: string;
    };
  }
});
