import { mkdirSync } from 'node:fs';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { createBusMetrics, createKafkaBus } from '../ingest/bus';
import type { Logger } from '../ingest/kernel/log';
import { registerPressureMetrics } from '../ingest/spool';
import { claim } from './claim';
import { busRecords, createCollecting } from './collecting';
import { requireKafka } from './config/bus';
import type { Config } from './config/config';
import { listen } from './http/listen';
import { createProbes } from './http/probes';
import { readinessOf } from './http/readiness';
import { tokenOf } from './http/token';
import type { Serving } from './main';
import { createSpooling } from './spooling';
import { createUndo } from './undo';

/**
 * A collector on its own: sockets, a spool, and Kafka behind it. It needs no ClickHouse.
 *
 * @throws WayleaveError `bad-config` without a bus, `listen-failed`, `bad-certificate`
 */
export async function startCollector(config: Config, log: Logger): Promise<Serving> {
  const options = requireKafka(config);
  const clock = (): Date => new Date();
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  mkdirSync(config.data, { recursive: true, mode: 0o700 });
  const bus = createKafkaBus(options, { log, clock, metrics: createBusMetrics(registry) });
  const spooling = createSpooling(config, { name: 'outbox', destination: bus.destination, log, clock, registry });
  registerPressureMetrics(registry, [spooling], clock);
  const collecting = createCollecting(config, {
    spooling,
    records: busRecords(bus.observations),
    log,
    clock,
    registry,
  });
  const { collector, recorder } = collecting;
  const token = tokenOf(config.data);
  const undo = createUndo(log);
  try {
    undo.push(claim(config.data));
    bus.start();
    undo.push(() => bus.stop());
    await spooling.start(undo);
    recorder.start();
    undo.push(() => recorder.stop());
    const ports = await collector.start();
    undo.push(() => collector.stop());
    const readiness = () => readinessOf({ pipeline: collecting.state(), receiving: collector.running() });
    const status = () => ({
      pipeline: collecting.state(),
      receiving: collector.running(),
      exporters: collector.health().length,
    });
    const server = await listen(createProbes({ readiness, status, registry, token }, log), config.http);
    undo.push(() => server.stop());
    log.info({ url: server.url, ...ports }, 'collecting');
    return { url: server.url, token, ...ports, stop: () => undo.all() };
  } catch (error) {
    await undo.all();
    throw error;
  }
}
