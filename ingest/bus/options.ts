/** A Kafka cluster, and what we call things on it. */
export interface KafkaOptions {
  /** `host:port` of some brokers; the others are found through them. */
  readonly brokers: readonly string[];
  /** Segments of flows. */
  readonly topic: string;
  /** Messages that cannot be loaded, with the reason; `<topic>.dead` where not given. */
  readonly deadLetterTopic?: string | undefined;
  /** What collectors note about exporters and sockets; `<topic>.observations` where not given. */
  readonly observationsTopic?: string | undefined;
  /** Consumer group of the loaders. */
  readonly group: string;
  readonly clientId: string;
  /** PEM files, or the authorities that Node knows. */
  readonly tls?: true | KafkaTls | undefined;
  readonly sasl?: KafkaSasl | undefined;
  /** Largest message. The default of 900 stays below what brokers take by default, 1 MiB with all headers. */
  readonly messageKiB: number;
  /** Of topics that are missing and that we may create. */
  readonly partitions: number;
  readonly replication: number;
}

export interface KafkaTls {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

export interface Topics {
  readonly flows: string;
  readonly dead: string;
  readonly observations: string;
}

export function topicsOf({ topic, deadLetterTopic, observationsTopic }: KafkaOptions): Topics {
  return {
    flows: topic,
    dead: deadLetterTopic ?? `${topic}.dead`,
    observations: observationsTopic ?? `${topic}.observations`,
  };
}
