import { Counter, Gauge, type Registry } from 'prom-client';
import type { Collector } from './collector';
import type { ListenerHealth } from './health';

/** One figure of a listener: its value, and what tells it from other figures of the same metric. */
type Sample = readonly [labels: Readonly<Record<string, string>>, value: number | undefined];

/** Exporters whose drops get a time series of their own: these are dear, and anyone can pretend to be many. */
const MOST_EXPORTERS = 1000;

/** Metrics per listener, read off the collector when they are asked for. */
export function registerListenMetrics(registry: Registry, collector: Pick<Collector, 'listeners' | 'crashes'>): void {
  const samples = (of: (listener: ListenerHealth) => readonly Sample[]): [Record<string, string>, number][] =>
    collector
      .listeners()
      .flatMap((listener) =>
        of(listener).flatMap(([labels, value]): [Record<string, string>, number][] =>
          value === undefined ? [] : [[{ listener: listener.listener, ...labels }, value]],
        ),
      );
  const counter = (
    name: string,
    help: string,
    labels: readonly string[],
    of: (listener: ListenerHealth) => readonly Sample[],
  ): void =>
    registry.registerMetric(
      new Counter({
        name: `wayleave_listener_${name}_total`,
        help,
        labelNames: ['listener', ...labels],
        registers: [],
        collect() {
          this.reset();
          for (const [all, value] of samples(of)) this.inc(all, value);
        },
      }),
    );
  const gauge = (name: string, help: string, of: (listener: ListenerHealth) => number | undefined): void =>
    registry.registerMetric(
      new Gauge({
        name: `wayleave_listener_${name}`,
        help,
        labelNames: ['listener'],
        registers: [],
        collect() {
          this.reset();
          for (const [all, value] of samples((listener) => [[{}, of(listener)]])) this.set(all, value);
        },
      }),
    );

  counter('received', 'Datagrams, or IPFIX messages of streams', [], ({ received }) => [[{}, received]]);
  counter(
    'dropped',
    'Datagrams dropped: by the kernel (receive buffer full), spool-full, not-allowed (connections as well)',
    ['reason'],
    ({ droppedByKernel, droppedByUs, refused }) => [
      [{ reason: 'kernel' }, droppedByKernel],
      [{ reason: 'spool-full' }, droppedByUs],
      [{ reason: 'not-allowed' }, refused],
    ],
  );
  counter('connections_ended', 'Connections that ended or were refused', ['reason'], ({ ended }) =>
    Object.entries(ended).map(([reason, count]) => [{ reason }, count]),
  );
  gauge('connections', 'Connections open', ({ connections }) => connections);
  gauge('receive_buffer_bytes', 'Receive buffer that the kernel granted', ({ receiveBuffer }) => receiveBuffer);
  registry.registerMetric(
    new Counter({
      name: 'wayleave_exporter_dropped_total',
      help: 'Datagrams dropped because the spool was full',
      labelNames: ['listener', 'exporter'],
      registers: [],
      collect() {
        this.reset();
        const dropped = samples(({ drops }) =>
          drops
            .filter(({ reason }) => reason === 'spool-full')
            .map(({ address, count }): Sample => [{ exporter: address }, count]),
        );
        for (const [labels, value] of dropped.toSorted(([, a], [, b]) => b - a).slice(0, MOST_EXPORTERS))
          this.inc(labels, value);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: 'wayleave_collector_crashes_total',
      help: 'Times the thread of the listeners ended unasked and was started again',
      registers: [],
      collect() {
        this.reset();
        this.inc(collector.crashes());
      },
    }),
  );
}
