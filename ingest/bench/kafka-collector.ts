import { Registry } from 'prom-client';
import { createBusMetrics, createKafkaBus, type KafkaBus, type KafkaOptions } from '../bus';
import { messageOf } from '../kernel/errors';
import { createLog } from '../kernel/log';
import type { SpooledSegment } from '../spool';

/** What the collector of the bench is asked: to use another topic, or to put a segment there. */
export type CollectorOrder = { readonly options: KafkaOptions } | { readonly segment: SpooledSegment };

/** Why it could not be done, or nothing. */
export interface CollectorReport {
  readonly failed?: string;
}

let bus: KafkaBus | undefined;

async function carryOut(order: CollectorOrder): Promise<void> {
  if ('segment' in order) return bus?.destination.deliver(order.segment, false);
  await bus?.stop();
  const metrics = createBusMetrics(new Registry());
  bus = createKafkaBus(order.options, { log: createLog('warn'), clock: () => new Date(), metrics });
  bus.start();
}

process.on('message', (order: CollectorOrder) => {
  const report = (answer: CollectorReport): void => void process.send?.(answer);
  carryOut(order).then(
    () => report({}),
    (error: unknown) => report({ failed: messageOf(error) }),
  );
});
process.on('disconnect', () => process.exit());
