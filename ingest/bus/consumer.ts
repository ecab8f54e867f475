import { PartitionAssigners, type Consumer, type Kafka, type PartitionAssigner } from 'kafkajs';
import type { Fence, Timing } from './fence';

/**
 * A round is what one fetch brings: as much as this, compressed, or what has come after a second. Rows shrink to a
 * quarter or so, so 8 MiB are a good insert and 16 MiB the most that is worth waiting for.
 */
const FETCH = {
  minBytes: 4 * 1024 * 1024,
  maxBytes: 16 * 1024 * 1024,
  maxBytesPerPartition: 8 * 1024 * 1024,
  maxWaitTimeInMs: 1000,
} as const;

/** How soon partitions are seen that were added to a topic, or brokers that took them over. */
const METADATA_MS = 60_000;

export function createConsumer(kafka: Kafka, group: string, timing: Timing, fence: Fence): Consumer {
  return kafka.consumer({
    groupId: group,
    ...FETCH,
    sessionTimeout: timing.sessionMs,
    rebalanceTimeout: timing.rebalanceMs,
    heartbeatInterval: timing.heartbeatMs,
    metadataMaxAge: METADATA_MS,
    allowAutoTopicCreation: false,
    partitionAssigners: [joiningThrough(fence)],
  });
}

/**
 * kafkajs joins the group again whenever any of its fetchers finds a reason, even while a batch of another is being
 * handled, and has no hook for what must be over before. But each join begins with a search for the group's coordinator,
 * nothing else in a consumer does, and an assigner is handed the cluster that is searched.
 */
function joiningThrough(fence: Fence): PartitionAssigner {
  return (config) => {
    const { cluster } = config;
    const find = cluster.findGroupCoordinator.bind(cluster);
    cluster.findGroupCoordinator = async (group) => {
      await fence.join();
      return find(group);
    };
    return PartitionAssigners.roundRobin(config);
  };
}
