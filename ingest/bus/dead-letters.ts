import type { Message } from 'kafkajs';
import type { IncomingMessage } from './message';

/** Where a message is. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** A message that cannot be loaded, and why. */
export interface DeadLetter extends Place {
  readonly message: IncomingMessage;
  readonly reason: string;
}

const LONGEST_REASON = 1000;

/** The message as it was, with what is wrong with it and where it comes from. */
export function writeDeadLetter({ message, reason, topic, partition, offset }: DeadLetter): Message {
  const place = { topic, partition: String(partition), offset };
  return {
    key: message.key,
    value: message.value,
    headers: { ...message.headers, reason: reason.slice(0, LONGEST_REASON), ...place },
  };
}

/** Rows that are lost by it, as far as its headers say. */
export function rowsOfDead({ message }: DeadLetter): number {
  const rows = message.headers?.rows?.toString() ?? '';
  return /^\d{1,9}$/.test(rows) ? Number(rows) : 0;
}
