import type { Message } from 'kafkajs';
import { messageOf, WayleaveError } from '../kernel/errors';
import type { Logger } from '../kernel/log';
import { rowsOfDead, writeDeadLetter, writeStub, type DeadLetter } from './dead-letters';
import type { BusMetrics } from './metrics';
import type { Patience } from './patience';
import type { Sender } from './producer';

export interface BurialDeps {
  readonly sender: Sender;
  readonly deadLetterTopic: string;
  readonly patience: Patience;
  readonly metrics: BusMetrics;
  readonly log: Logger;
}

/**
 * Takes messages that cannot be loaded to the dead letters: as they were, or what is left of them where the broker
 * refuses that, or a line in the log where it refuses even that. So none of them holds up those behind it.
 */
export function createBurial({ sender, deadLetterTopic, patience, metrics, log }: BurialDeps) {
  /** @returns why the broker will never take it */
  const send = async (message: Message): Promise<string | undefined> => {
    for (;;) {
      try {
        await sender.send(deadLetterTopic, [message]);
        return undefined;
      } catch (error) {
        if (error instanceof WayleaveError && !error.retriable) return messageOf(error);
        await patience.wait(messageOf(error));
      }
    }
  };

  return async (dead: DeadLetter): Promise<void> => {
    const { reason, topic, partition, offset } = dead;
    const place = { reason, topic, partition, offset };
    const refusal = await send(writeDeadLetter(dead));
    const lost = refusal === undefined ? undefined : await send(writeStub(dead));
    metrics.deadMessages.inc();
    metrics.deadRows.inc(rowsOfDead(dead));
    if (lost !== undefined) log.error({ ...place, refusal: lost }, 'message cannot be loaded, nor be a dead letter');
    else if (refusal !== undefined)
      log.error({ ...place, refusal }, 'message cannot be loaded, and only its place went to the dead letters');
    else log.error(place, 'message cannot be loaded and went to the dead letters');
  };
}
