import { Registry } from 'prom-client';
import { createLog } from '../../kernel/log';
import type { Timing } from '../fence';
import { createKafkaLoader } from '../loader';
import { createBusMetrics } from '../metrics';
import type { KafkaOptions } from '../options';
import type { Store } from '../../store';
import { remoteStore } from './remote-store';

/** A loader in a process of its own, to be killed: `member.ts <options and timing as JSON> <folder>`. */
const [, , settings = '{}', folder = ''] = process.argv;
const { options, timing } = JSON.parse(settings) as { options: KafkaOptions; timing: Timing };
const loader = createKafkaLoader(options, {
  store: remoteStore() as Store,
  folder,
  log: createLog('silent'),
  clock: () => new Date(),
  metrics: createBusMetrics(new Registry()),
  timing,
});
process.on('disconnect', () => process.exit());
void loader.start();
