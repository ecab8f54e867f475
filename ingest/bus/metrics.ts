import { Counter, Gauge, type Registry } from 'prom-client';

export function createBusMetrics(registry: Registry) {
  const registers = [registry];
  return {
    producedRows: new Counter({
      name: 'wayleave_bus_produced_rows_total',
      help: 'Flow rows put on the bus',
      registers,
    }),
    producedMessages: new Counter({
      name: 'wayleave_bus_produced_messages_total',
      help: 'Messages put on the bus, of flows and of observations',
      registers,
    }),
    consumedMessages: new Counter({
      name: 'wayleave_bus_consumed_messages_total',
      help: 'Messages taken off the bus',
      registers,
    }),
    loadedRows: new Counter({
      name: 'wayleave_bus_loaded_rows_total',
      help: 'Flow rows taken from the bus into ClickHouse',
      registers,
    }),
    loadedMessages: new Counter({
      name: 'wayleave_bus_loaded_messages_total',
      help: 'Messages of flows taken from the bus into ClickHouse',
      registers,
    }),
    duplicateRows: new Counter({
      name: 'wayleave_bus_duplicate_rows_total',
      help: 'Flow rows that came again and were in ClickHouse already',
      registers,
    }),
    deadMessages: new Counter({
      name: 'wayleave_bus_dead_letters_total',
      help: 'Messages that cannot be loaded and went to the dead letter topic',
      registers,
    }),
    deadRows: new Counter({
      name: 'wayleave_bus_dead_rows_total',
      help: 'Flow rows of those messages, as far as their headers say',
      registers,
    }),
    rebalances: new Counter({
      name: 'wayleave_bus_rebalances_total',
      help: 'How often partitions were dealt out anew, the first time included',
      registers,
    }),
    lag: new Gauge({
      name: 'wayleave_bus_lag_messages',
      help: 'Messages in a partition that are not loaded yet, as of the last batch that came',
      labelNames: ['topic', 'partition'] as const,
      registers,
    }),
  };
}

export type BusMetrics = ReturnType<typeof createBusMetrics>;
