import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExporterHealth } from '../decode/exporter';
import { createLog } from '../kernel/log';
import { migrate, openEmbedded, type Store } from '../store';
import { minutesBetween } from './minutes';
import { listenerLosses } from './listeners';
import { exporterQuality } from './quality';
import { createExporterRecorder, type Observation } from './recorder';
import { storeRecords } from './records';
import { setSamplingRate } from './settings';

function health(changes: Partial<ExporterHealth> = {}): ExporterHealth {
  return {
    exporter: '10.0.0.1',
    domain: 7,
    format: 'ipfix',
    datagrams: 10,
    records: 200,
    skipped: {},
    lost: 0,
    lostUnit: 'records',
    restarts: 0,
    wildTimes: 0,
    templates: 1,
    templatesEvicted: 0,
    templatesExpired: 0,
    waitingSets: 0,
    unknownTemplateSets: 0,
    rejects: [],
    samplingRate: 0,
    samplingSource: 'unknown',
    skewMillis: 0,
    lastSeenMicros: 0,
    ...changes,
  };
}

describe('what happened in a minute', () => {
  it('is the difference of two looks, in records', () => {
    const before = health({ lost: 5 });
    const now = health({ datagrams: 25, records: 500, lost: 12, restarts: 1 });
    expect(minutesBetween([before], [now], 60)).toMatchObject([
      { minute: 60, datagrams: 15, records: 300, lost: 7, restarts: 1 },
    ]);
  });

  it('turns lost datagrams into records', () => {
    const now = health({ format: 'netflow9', lostUnit: 'datagrams', lost: 3 });
    expect(minutesBetween([], [now], 0)).toMatchObject([{ records: 200, lost: 60 }]);
  });

  it('starts again when a new decoder has heard more than the one before', () => {
    const before = health({ records: 900, restarts: 2, lost: 50 });
    const now = health({ datagrams: 30, records: 600, lost: 4 });
    expect(minutesBetween([before], [now], 0)).toMatchObject([{ datagrams: 30, records: 600, restarts: 0, lost: 4 }]);
  });

  it('never takes back a loss that was written down, when what was missing comes late', () => {
    const now = health({ datagrams: 20, records: 400, lost: 1 });
    expect(minutesBetween([health({ lost: 5 })], [now], 0)).toMatchObject([{ records: 200, lost: 0 }]);
  });

  it('starts again after a domain was forgotten, and says nothing of a silent one', () => {
    const silent = health({ exporter: '10.0.0.2' });
    const now = [health({ datagrams: 2, records: 40 }), silent];
    expect(minutesBetween([health(), silent], now, 0)).toMatchObject([{ datagrams: 2, records: 40 }]);
  });
});

describe('exporters on record', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-exporters-'));
  const start = Date.UTC(2026, 0, 5, 12) / 1000;
  let store: Store;
  beforeAll(async () => {
    store = openEmbedded(join(folder, 'data'));
    await migrate(store);
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const record = async (observations: readonly (readonly [minute: number, Observation])[]): Promise<void> => {
    let [now, current] = [start, observations[0]?.[1]];
    const recorder = createExporterRecorder({
      records: storeRecords(store),
      log: createLog('silent'),
      clock: () => new Date(now * 1000),
      observe: () => current ?? { exporters: [], names: [], listeners: [] },
    });
    for (const [minute, observation] of observations) {
      [now, current] = [start + minute * 60, observation];
      await recorder.record();
    }
  };
  const only = (exporters: readonly ExporterHealth[]): Observation => ({ exporters, names: [], listeners: [] });

  it('finds loss, silence and what was not understood, and says so', async () => {
    await record([
      [0, only([health()])],
      [1, only([health({ datagrams: 20, records: 400, lost: 100 })])],
      [2, only([health({ datagrams: 30, records: 600, lost: 200 })])],
      [20, only([health({ datagrams: 40, records: 800, lost: 200, unknownTemplateSets: 10 })])],
    ]);
    const [quality] = await exporterQuality(store, { from: start, to: start + 24 * 60 });
    expect(quality).toMatchObject({
      exporter: '10.0.0.1',
      flows: 800,
      lost: 200,
      firstSeen: start,
      lastSeen: start + 20 * 60,
      blind: [
        { from: start + 60, to: start + 180, why: 'losing' },
        { from: start + 180, to: start + 20 * 60, why: 'silent' },
      ],
      parts: [
        { name: 'received', share: 0.8, text: '200 of 1000 records are missing' },
        { name: 'decoded', share: 0.8 },
        { name: 'heard', text: 'silent for 17 of 24 minutes' },
      ],
    });
    expect(quality?.score).toBeCloseTo(0.8 * 0.8 * (1 - 17 / 24));
    expect(quality?.flowsPerSecond).toBeCloseTo(800 / 240);
  });

  it('tells whose datagrams were dropped because the spool was full, minute by minute', async () => {
    const at = start + 10_800;
    const socket = (received: number, ...counts: readonly (readonly [string, number])[]) => ({
      listener: 'udp 127.0.0.1:9995',
      received,
      droppedByKernel: 0,
      droppedByUs: received / 2,
      drops: [
        ...counts.map(([address, count]) => ({ address, reason: 'spool-full', count })),
        { address: '10.7.0.9', reason: 'not-allowed', count: 4 },
      ],
    });
    const heard = health({ exporter: '10.7.0.1', lost: 30 });
    await record([
      [180, { exporters: [heard], names: [], listeners: [socket(20, ['10.7.0.1', 5])] }],
      [181, { exporters: [heard], names: [], listeners: [socket(40, ['10.7.0.1', 9], ['2001:db8::7', 2])] }],
      // Forgotten since, and dropped again.
      [182, { exporters: [heard], names: [], listeners: [socket(50, ['10.7.0.1', 1], ['2001:db8::7', 2])] }],
    ]);
    const window = { from: at, to: at + 600 };
    expect(await listenerLosses(store, window)).toMatchObject([
      {
        listener: 'udp 127.0.0.1:9995',
        exporters: [
          { exporter: '10.7.0.1', datagrams: 10 },
          { exporter: '2001:db8::7', datagrams: 2 },
        ],
      },
    ]);
    const [quality] = await exporterQuality(store, window);
    expect(quality).toMatchObject({ exporter: '10.7.0.1', lost: 30, dropped: 10 });
    expect(quality?.parts[0]?.text).toBe(
      '30 of 230 records are missing; 10 of its datagrams were dropped here, because the spool was full',
    );
    expect(await listenerLosses(store, { from: at + 60, to: at + 120 })).toMatchObject([
      { exporters: [{ datagrams: 4 }, { datagrams: 2 }] },
    ]);
  });

  it('counts on when the clock has jumped back, in minutes that there were before', async () => {
    const exporter = '10.7.0.3';
    await record([
      [300, only([health({ exporter })])],
      [301, only([health({ exporter, datagrams: 20, records: 400, lost: 8 })])],
      [241, only([health({ exporter, datagrams: 30, records: 600, lost: 6 })])],
      [300, only([health({ exporter, datagrams: 40, records: 800, lost: 6 })])],
    ]);
    const [quality] = await exporterQuality(store, { from: start + 240 * 60, to: start + 302 * 60 });
    expect(quality).toMatchObject({ exporter, datagrams: 40, flows: 800, lost: 8 });
  });

  it('writes nothing twice when one part fails', async () => {
    let failing = true;
    const flaky: Store = {
      ...store,
      insert: async (table, rows) => {
        if (failing && table === 'listener_minutes') throw new Error('away');
        await store.insert(table, rows);
      },
    };
    const recorder = createExporterRecorder({
      records: storeRecords(flaky),
      log: createLog('silent'),
      clock: () => new Date((start + 3600) * 1000),
      observe: () => ({
        exporters: [health({ exporter: '10.0.0.3' })],
        names: [],
        listeners: [{ listener: 'udp 127.0.0.1:2055', received: 10, droppedByKernel: 4, droppedByUs: 0, drops: [] }],
      }),
    });
    await expect(recorder.record()).rejects.toThrow('away');
    failing = false;
    await recorder.record();
    await recorder.stop();
    const [quality] = await exporterQuality(store, { from: start + 3600, to: start + 7200 });
    expect(quality).toMatchObject({ exporter: '10.0.0.3', datagrams: 10 });
    expect(
      await store.query(
        `SELECT listener, sum(received) AS received, sum(dropped_by_kernel) AS dropped
         FROM listener_minutes WHERE listener LIKE '%2055' GROUP BY listener`,
      ),
    ).toEqual([{ listener: 'udp 127.0.0.1:2055', received: 10, dropped: 4 }]);
  });

  it('scales by a rate set later, never overrules a stated one, and rolls the hours up again', async () => {
    const flow = {
      start: start * 1e6,
      end: start * 1e6,
      exporter: '::ffff:10.9.0.1',
      packets: 3,
      received: start * 1e6,
    };
    await store.insert('flows', [
      { ...flow, domain: 1, sampling_rate: 0 },
      { ...flow, domain: 2, sampling_rate: 0 },
      { ...flow, domain: 3, sampling_rate: 10 },
    ]);
    const clock = () => new Date((start + 100) * 1000);
    await setSamplingRate(store, { exporter: '10.9.0.1', rate: 100 }, clock);
    await setSamplingRate(store, { exporter: '10.9.0.1', domain: 2, rate: 1000 }, clock);
    expect(
      await store.query(
        'SELECT domain, sampling_rate AS rate, scaled_packets AS packets FROM rated_flows ORDER BY domain',
      ),
    ).toEqual([
      { domain: 1, rate: 100, packets: 300 },
      { domain: 2, rate: 1000, packets: 3000 },
      { domain: 3, rate: 10, packets: 30 },
    ]);
    expect(await store.query('SELECT toUnixTimestamp(hour) AS hour FROM stale_hours FINAL')).toEqual([{ hour: start }]);
    await expect(setSamplingRate(store, { exporter: 'router', rate: 1 }, clock)).rejects.toMatchObject({
      code: 'bad-address',
    });
  });

  it('names interfaces, applications and VRFs of flows that came before their names', async () => {
    await store.insert('flows', [
      {
        exporter: '::ffff:10.9.0.2',
        domain: 5,
        scope: 'vrf:3',
        l7: '13:431',
        input_interface: 9,
        output_interface: 4,
        start: start * 1e6,
        received: start * 1e6,
      },
    ]);
    const name = { exporter: '10.9.0.2', domain: 5 };
    await record([
      [
        0,
        {
          exporters: [],
          listeners: [],
          names: [
            { ...name, kind: 'vrf', id: 'vrf:3', name: 'PROD' },
            { ...name, kind: 'application', id: '13:431', name: 'postgres' },
            { ...name, kind: 'interface', id: '9', name: 'Gi0/9' },
          ],
        },
      ],
    ]);
    expect(
      await store.query(
        `SELECT scope, l7, input_interface_name AS input, output_interface_name AS output FROM flow_details WHERE domain = 5`,
      ),
    ).toEqual([{ scope: 'PROD', l7: 'postgres', input: 'Gi0/9', output: '' }]);
  });
});
