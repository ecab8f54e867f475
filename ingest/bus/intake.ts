import { messageOf, WayleaveError } from '../kernel/errors';
import type { DeadLetter, Place } from './dead-letters';
import { readRows, type IncomingMessage, type RowsMessage } from './message';
import { readObservation, type ObservationRows } from './observations';

/** What a batch of one partition holds, up to the first message that only a newer release understands. */
export interface Intake {
  readonly rows: readonly Taken<RowsMessage>[];
  readonly observations: readonly Taken<ObservationRows>[];
  readonly dead: readonly DeadLetter[];
  /** Offset of the last message in here; undefined when there is none. */
  readonly last: string | undefined;
  /** Why it ends before the batch does. */
  readonly newer: string | undefined;
}

export type Taken<T> = T & { readonly from: Place & { readonly message: IncomingMessage } };

export interface IncomingBatch {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly (IncomingMessage & { readonly offset: string })[];
}

/** @param observationsTopic whose messages hold observations, and all others rows */
export function readBatch({ topic, partition, messages }: IncomingBatch, observationsTopic: string): Intake {
  const rows: Taken<RowsMessage>[] = [];
  const observations: Taken<ObservationRows>[] = [];
  const dead: DeadLetter[] = [];
  let last: string | undefined;
  for (const message of messages) {
    const from = { topic, partition, offset: message.offset, message };
    try {
      if (topic === observationsTopic) observations.push({ ...readObservation(message), from });
      else rows.push({ ...readRows(message), from });
    } catch (error) {
      const reason = messageOf(error);
      const code = error instanceof WayleaveError ? error.code : '';
      if (code === 'message-newer') return { rows, observations, dead, last, newer: reason };
      // Anybody can write to a topic: whatever a message trips, it must not stop those behind it.
      dead.push({ ...from, reason: code === 'bad-message' ? reason : `it cannot be read: ${reason}` });
    }
    last = message.offset;
  }
  return { rows, observations, dead, last, newer: undefined };
}
