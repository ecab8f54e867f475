import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CompressionTypes, type KafkaMessage } from 'kafkajs';
import { Registry } from 'prom-client';
import { createBroker, type Broker } from '../../fixtures/kafka/broker';
import { KAFKA_VERSIONS, missingForKafka } from '../../fixtures/kafka/jars';
import { describeSystem } from '../../fixtures/system';
import { WayleaveError } from '../kernel/errors';
import { createLog } from '../kernel/log';
import { FLOW_SCHEMA } from '../model/flow';
import { createLoader, createSpool, createSpoolMetrics } from '../spool';
import { migrate, openEmbedded, type Store } from '../store';
import { createClient } from './client';
import type { Timing } from './fence';
import { createBusMetrics, createKafkaBus, createKafkaLoader, type KafkaOptions } from './index';
import { rowsHeaders } from './message';
import { makeSegment } from './testing/segments';
import { serveStore } from './testing/remote-store';

const log = createLog((process.env.LOG_LEVEL as 'debug' | undefined) ?? 'silent');
const clock = () => new Date();
/** As short as a broker lets them be, so that the dead are soon missed. */
const TIMING: Timing = { heartbeatMs: 300, writeMs: 1500, sessionMs: 4000, rebalanceMs: 6000 };
const ROWS = 20_000;

describeSystem('Kafka', missingForKafka, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-bus-'));
  let engine: Store;
  let topics = 0;

  beforeAll(async () => {
    engine = openEmbedded(join(folder, 'data'));
    await migrate(engine);
  });
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  describe.each(KAFKA_VERSIONS)('%s', (version) => {
    let broker: Broker;
    let options: KafkaOptions;
    const open: { stop(): Promise<void> }[] = [];
    const children: ChildProcess[] = [];

    beforeAll(async () => {
      broker = await createBroker(version, { 'group.min.session.timeout.ms': '1000' });
      await broker.start();
    });
    afterAll(() => broker.remove());
    beforeEach(async () => {
      await engine.command('TRUNCATE TABLE flows');
      const topic = `flows-${++topics}`;
      options = {
        brokers: [broker.plain],
        topic,
        group: topic,
        clientId: 'test',
        messageKiB: 64,
        partitions: 4,
        replication: 1,
      };
    });
    afterEach(async () => {
      for (const child of children.splice(0)) child.kill('SIGKILL');
      await Promise.all(open.splice(0).map((each) => each.stop()));
    });

    const openBus = (changed: Partial<KafkaOptions> = {}) => {
      const bus = createKafkaBus({ ...options, ...changed }, { log, clock, metrics: createBusMetrics(new Registry()) });
      open.push(bus);
      bus.start();
      return bus;
    };
    const openLoader = async (changed: Partial<KafkaOptions> = {}, store: Store = engine) => {
      const registry = new Registry();
      const metrics = createBusMetrics(registry);
      const own = join(folder, `scratch-${open.length}-${topics}`);
      const loader = createKafkaLoader(
        { ...options, ...changed },
        { store, folder: own, log, clock, metrics, timing: TIMING },
      );
      open.push(loader);
      await loader.start();
      const counted = async (name: string): Promise<number> => {
        const { values } = (await registry.getSingleMetric(`wayleave_bus_${name}_total`)?.get()) ?? { values: [] };
        return values[0]?.value ?? 0;
      };
      return { loader, counted };
    };
    const segment = (first = 1, rows = ROWS) => makeSegment({ folder, rows, first });
    const until = async (what: () => Promise<boolean> | boolean, seconds = 30): Promise<void> => {
      for (const began = Date.now(); !(await what()); await sleep(50))
        if (Date.now() - began > seconds * 1000) throw new Error(`not within ${seconds} s: ${what.toString()}`);
    };
    const found = async () => {
      const [row] = await engine.query<{ rows: number; different: number; sum: number }>(
        'SELECT count() AS rows, uniqExact(bytes) AS different, sum(bytes) AS sum FROM flows',
      );
      return row;
    };
    /** Every row from the first to the last, once. */
    const all = (last: number) => ({ rows: last, different: last, sum: (last * (last + 1)) / 2 });
    const untilLoaded = (rows: number): Promise<void> => until(async () => ((await found())?.rows ?? 0) >= rows);
    const committed = async (): Promise<number> => {
      const admin = createClient(options, log).admin();
      try {
        await admin.connect();
        const [topic] = await admin.fetchOffsets({ groupId: options.group, topics: [options.topic] });
        return (topic?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
      } finally {
        await admin.disconnect();
      }
    };
    const messagesOf = async (topic: string, count: number): Promise<KafkaMessage[]> => {
      const consumer = createClient(options, log).consumer({ groupId: `reads-${topic}`, maxWaitTimeInMs: 100 });
      const messages: KafkaMessage[] = [];
      await consumer.connect();
      try {
        await consumer.subscribe({ topics: [topic], fromBeginning: true });
        await consumer.run({ eachMessage: async ({ message }) => void messages.push(message) });
        await until(() => messages.length >= count);
      } finally {
        await consumer.disconnect();
      }
      return messages;
    };
    const produce = async (messages: { key: string; value: Buffer; headers: Record<string, string> }[]) => {
      const producer = createClient(options, log).producer();
      await producer.connect();
      await producer.send({ topic: options.topic, messages });
      await producer.disconnect();
    };

    it('takes every row to the store once, in any number of collectors and loaders', async () => {
      const [one, two] = [openBus(), openBus()];
      await one.destination.deliver(segment(1), false);
      await two.destination.deliver(segment(ROWS + 1), false);
      const [a, b] = [await openLoader(), await openLoader()];
      await one.destination.deliver(segment(2 * ROWS + 1), false);
      await untilLoaded(3 * ROWS);
      expect(await found()).toEqual(all(3 * ROWS));
      await until(async () => (await a.counted('loaded_rows')) + (await b.counted('loaded_rows')) === 3 * ROWS);
      expect(await engine.query('SELECT count() > 0 AS marked FROM stale_hours')).toEqual([{ marked: 1 }]);
      await until(() => [...a.loader.lag.values(), ...b.loader.lag.values()].every((behind) => behind === 0));
      expect([a.loader.trouble, b.loader.trouble, one.trouble]).toEqual([undefined, undefined, undefined]);
    });

    it('adds nothing when messages are read again, or put on the bus again', async () => {
      const bus = openBus();
      const spooled = segment();
      await bus.destination.deliver(spooled, false);
      await openLoader();
      await untilLoaded(ROWS);
      // Without `again`, as nobody remembers: another group starts from the beginning.
      const other = await openLoader({ group: `${options.group}-other` });
      await until(async () => (await other.counted('duplicate_rows')) === ROWS);
      await bus.destination.deliver(spooled, true);
      await until(async () => (await other.counted('duplicate_rows')) === 2 * ROWS);
      expect(await found()).toEqual(all(ROWS));
      expect(await other.counted('loaded_rows')).toBe(0);
    });

    it('loads what came twice before anybody loaded it once, and what is in by half', async () => {
      const bus = openBus();
      const spooled = segment();
      await bus.destination.deliver(spooled, false);
      await bus.destination.deliver(spooled, true);
      const messages = await messagesOf(options.topic, 2);
      const id = messages[0]?.headers?.segment?.toString() ?? '';
      await engine.insert('flows', [{ segment: id, received: '2023-11-14 22:13:20', bytes: 1 }]);
      await openLoader();
      await untilLoaded(ROWS);
      await until(async () => (await committed()) >= messages.length);
      expect(await found()).toEqual(all(ROWS));
    });

    it('goes on when the broker was killed', async () => {
      const spool = createSpool(join(folder, `spool-${topics}`));
      const bus = openBus();
      const metrics = createSpoolMetrics(new Registry());
      const loader = createLoader({ destination: bus.destination, spool, log, metrics });
      open.push(loader);
      await loader.start();
      const { loader: consumer } = await openLoader();
      const segments = Array.from({ length: 20 }, (_, index) => segment(index * ROWS + 1));
      loader.add(segments);
      await untilLoaded(2 * ROWS);
      await broker.kill();
      await sleep(500);
      await broker.start();
      await untilLoaded(20 * ROWS);
      await loader.idle();
      expect(await found()).toEqual(all(20 * ROWS));
      await until(() => consumer.trouble === undefined && bus.trouble === undefined);
    });

    it('survives a member that is killed while it loads', async () => {
      const bus = openBus();
      for (let index = 0; index < 6; index++) await bus.destination.deliver(segment(index * ROWS + 1), false);
      const own = join(folder, `scratch-child-${topics}`);
      const child = fork(join(__dirname, 'testing/member.ts'), [JSON.stringify({ options, timing: TIMING }), own], {
        execArgv: ['--require', require.resolve('tsx/cjs')],
      });
      children.push(child);
      // It dies with a load under way, which the store carries out all the same.
      serveStore(child, engine, (method) => method === 'load' && child.kill('SIGKILL'));
      await until(() => child.signalCode !== null);
      const { counted } = await openLoader();
      await untilLoaded(6 * ROWS);
      await until(async () => (await committed()) > 0 && (await counted('duplicate_rows')) > 0);
      expect(await found()).toEqual(all(6 * ROWS));
    });

    it('deals out partitions in the middle of a load', async () => {
      const bus = openBus();
      const slow: Store = {
        ...engine,
        async load(...args) {
          await engine.load(...args);
          await sleep(700);
        },
      };
      await openLoader({}, slow);
      for (let index = 0; index < 8; index++) {
        await bus.destination.deliver(segment(index * ROWS + 1), false);
        if (index % 2 === 1) await openLoader({}, slow);
        if (index === 5) await open.at(-1)?.stop();
      }
      await untilLoaded(8 * ROWS);
      await sleep(1500);
      expect(await found()).toEqual(all(8 * ROWS));
    });

    it('waits for the store without losing its partitions', async () => {
      const bus = openBus();
      let away = true;
      const gone = new WayleaveError('connection refused', { code: 'store-unavailable', retriable: true });
      const store: Store = {
        ...engine,
        load: async (...args) => {
          if (away) throw gone;
          // The answer is lost once more when it is back.
          away = (await found())?.rows === 0;
          await engine.load(...args);
          if (!away) return;
          away = false;
          throw gone;
        },
      };
      const { loader, counted } = await openLoader({}, store);
      await until(async () => (await counted('rebalances')) === 1);
      await bus.destination.deliver(segment(), false);
      await until(() => loader.trouble !== undefined);
      expect(loader.trouble?.reason).toBe('connection refused');
      await sleep(TIMING.sessionMs + 500);
      away = false;
      await untilLoaded(ROWS);
      await until(() => loader.trouble === undefined);
      expect(await found()).toEqual(all(ROWS));
      expect(await counted('rebalances')).toBe(1);
    });

    it('sets poison aside with the reason, and stops for what is newer', async () => {
      const bus = openBus();
      await bus.destination.deliver(segment(1, 10), false);
      const [good] = await messagesOf(options.topic, 1);
      const value = good?.value ?? Buffer.alloc(0);
      const id = good?.headers?.segment?.toString() ?? '';
      const broken = Buffer.from(value);
      broken.writeUInt8(broken.readUInt8(value.length - 1) ^ 1, value.length - 1);
      const sound = rowsHeaders(id, 4, value, false);
      await produce([
        { key: 'a', value: broken, headers: sound },
        { key: 'a', value: value.subarray(0, -1), headers: rowsHeaders(id, 4, value.subarray(0, -1), false) },
        { key: 'a', value: Buffer.from('x'), headers: {} },
        { key: 'a', value, headers: { ...sound, schema: String(FLOW_SCHEMA + 1) } },
        { key: 'a', value: broken, headers: sound },
      ]);
      const { loader, counted } = await openLoader();
      await until(() => loader.trouble !== undefined);
      expect(loader.trouble?.reason).toMatch(/upgrade the loader/);
      await untilLoaded(10);
      const dead = await messagesOf(`${options.topic}.dead`, 3);
      expect(dead.map(({ headers }) => headers?.reason?.toString())).toEqual([
        expect.stringContaining('checksum'),
        expect.stringContaining('whole rows'),
        expect.stringContaining('no header schema'),
      ]);
      expect(dead[0]?.headers).toMatchObject({ topic: Buffer.from(options.topic), offset: expect.any(Buffer) });
      expect([await counted('dead_letters'), await counted('dead_rows')]).toEqual([3, 8]);
      expect(await found()).toEqual(all(10));
    });

    it('says so when a batch unpacks to more than it may, and does not unpack it', async () => {
      const bus = openBus();
      await bus.destination.deliver(segment(), false);
      const producer = createClient(options, log).producer();
      await producer.connect();
      const bomb = { value: Buffer.alloc(97 * 1024 * 1024), partition: 0 };
      await producer.send({ topic: options.topic, messages: [bomb], compression: CompressionTypes.GZIP });
      await producer.disconnect();
      const { loader } = await openLoader();
      await until(() => /unpacks to more/.test(loader.trouble?.reason ?? ''));
    });

    it('takes observations to the store once', async () => {
      const bus = openBus();
      const minute = { minute: 1_700_000_000, listener: 'udp', received: 5, dropped_by_kernel: 0, dropped_by_us: 1 };
      await engine.command('TRUNCATE TABLE listener_minutes');
      await bus.observations.insert('listener_minutes', [minute]);
      await bus.observations.insert('exporter_names', [
        { exporter: '192.0.2.1', domain: 0, kind: 'vrf', id: '7', name: 'blue', learned: 1_700_000_000_000_000 },
      ]);
      const sum = async () =>
        (await engine.query<{ n: number }>('SELECT sum(received) AS n FROM listener_minutes'))[0]?.n;
      await openLoader();
      await until(async () => (await sum()) === 5);
      const again = await openLoader({ group: `${options.group}-other` });
      await until(async () => (await again.counted('consumed_messages')) === 2);
      await again.loader.stop();
      expect(await sum()).toBe(5);
      expect(await engine.query('SELECT name FROM exporter_names WHERE id = {id:String}', { id: '7' })).not.toEqual([]);
    });

    it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('speaks TLS and logs in by %s', async (mechanism) => {
      const sasl = { mechanism, username: broker.user, password: broker.password };
      const secure = { brokers: [broker.secure], tls: { ca: broker.ca }, sasl };
      await openBus(secure).destination.deliver(segment(1, 100), false);
      await openLoader(secure);
      await untilLoaded(100);
      expect(await found()).toEqual(all(100));
      const wrong = openBus({ ...secure, sasl: { ...sasl, password: 'not the password' } });
      const refused: unknown = await wrong.destination.deliver(segment(1, 1), false).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'bus-unavailable', retriable: true });
      expect(String(refused)).not.toContain('not the password');
    });

    it('puts messages on the topic that ClickHouse reads by itself', async () => {
      await openBus().destination.deliver(segment(1, 3000), false);
      const messages = await messagesOf(options.topic, 3);
      mkdirSync(join(folder, options.topic));
      for (const [index, { value }] of messages.entries())
        writeFileSync(join(folder, options.topic, `${index}.bin`), value ?? '');
      const pattern = join(folder, options.topic, '*.bin');
      const read = `file({pattern:String}, 'RowBinaryWithNamesAndTypes')`;
      expect(await engine.query(`DESCRIBE ${read}`, { pattern })).toContainEqual(
        expect.objectContaining({ name: 'segment', type: 'UUID' }),
      );
      const ids = new Set(messages.map(({ headers }) => headers?.segment?.toString()));
      const segments = await engine.query<{ id: string; keys: string[] }>(
        `SELECT toString(segment) AS id, groupUniqArray(toString(exporter)) AS keys FROM ${read} GROUP BY id`,
        { pattern },
      );
      expect(new Set(segments.map(({ id }) => id))).toEqual(ids);
      expect(segments.every(({ keys }) => keys.length === 1)).toBe(true);
      const [sums] = await engine.query(
        `SELECT count() AS rows, uniqExact(bytes) AS different, sum(bytes) AS sum FROM ${read}`,
        { pattern },
      );
      expect(sums).toEqual(all(3000));
    });

    it('puts messages on the topic that the Kafka engine of ClickHouse takes without a loader', async () => {
      await openBus().destination.deliver(segment(1, 3000), false);
      await engine.command(
        `CREATE TABLE flows_queue (segment UUID, exporter IPv6, bytes UInt64, vlan UInt16) ENGINE = Kafka
         SETTINGS kafka_broker_list = '${broker.plain}', kafka_topic_list = '${options.topic}', kafka_group_name = 'engine',
           kafka_format = 'RowBinaryWithNamesAndTypes', kafka_flush_interval_ms = 300, input_format_skip_unknown_fields = 1`,
      );
      try {
        await engine.command('CREATE MATERIALIZED VIEW flows_from_kafka TO flows AS SELECT * FROM flows_queue');
        await untilLoaded(3000);
        expect(await found()).toEqual(all(3000));
        expect(await engine.query('SELECT uniqExact(exporter) AS exporters, sum(vlan) AS vlans FROM flows')).toEqual([
          { exporters: 3, vlans: 0 },
        ]);
      } finally {
        await engine.command('DROP TABLE IF EXISTS flows_from_kafka SYNC');
        await engine.command('DROP TABLE flows_queue SYNC');
      }
    });
  });
});
