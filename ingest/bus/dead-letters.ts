import { crc32c } from '@node-rs/crc32';
import type { IHeaders, Message } from 'kafkajs';
import type { HeaderValue, IncomingHeaders, IncomingMessage } from './message';

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

const LONGEST_KEY = 256;

/** The message as it was, with what is wrong with it and where it comes from. Headers that are null are left out. */
export function writeDeadLetter(dead: DeadLetter): Message {
  const { key, value, headers } = dead.message;
  return { key, value, headers: { ...wholeHeaders(headers), ...labels(dead) } };
}

/** What is left of a message that does not fit with all that came with it: where it is, and how to know it. */
export function writeStub(dead: DeadLetter): Message {
  const { key, value } = dead.message;
  return {
    key: key && key.length <= LONGEST_KEY ? key : null,
    value: null,
    headers: {
      ...labels(dead),
      bytes: String(value?.length ?? 0),
      crc32c: crc32c(value ?? '')
        .toString(16)
        .padStart(8, '0'),
    },
  };
}

function labels({ reason, topic, partition, offset }: DeadLetter): Record<string, string> {
  return { reason: reason.slice(0, LONGEST_REASON), topic, partition: String(partition), offset };
}

/** A producer cannot write headers that are null, which other clients send. */
function wholeHeaders(headers: IncomingHeaders = {}): IHeaders {
  const whole = Object.entries(headers).map(([name, header]): [string, (Buffer | string)[]] => [
    name,
    (Array.isArray(header) ? (header as readonly HeaderValue[]) : [header as HeaderValue]).filter(
      (each) => each !== null && each !== undefined,
    ),
  ]);
  return Object.fromEntries(
    whole.flatMap(([name, [first, ...more]]) =>
      first === undefined ? [] : [[name, more.length === 0 ? first : [first, ...more]]],
    ),
  );
}

/** Rows that are lost by it, as far as its headers say. */
export function rowsOfDead({ message }: DeadLetter): number {
  const rows = message.headers?.rows?.toString() ?? '';
  return /^\d{1,9}$/.test(rows) ? Number(rows) : 0;
}
