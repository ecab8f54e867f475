import { open } from 'node:fs/promises';
import { badSegment, type Destination, type SpooledSegment } from '../spool';
import type { OutgoingMessage } from './message';
import type { BusMetrics } from './metrics';
import type { Sender } from './producer';
import { createSplitter } from './splitter';

/** At least; it holds a row as large as a message. */
const CHUNK_BYTES = 1024 * 1024;
/** Requests that may wait for their answer: some more than a sender has under way, so that it never waits for us. */
const IN_FLIGHT = 5;

export interface BusDestinationOptions {
  readonly topic: string;
  /** Most bytes of a request, and so of a message: all that goes to one partition at once must pass as one batch. */
  readonly limit: number;
}

/** Puts segments on the bus. @throws WayleaveError `bad-segment` when its rows do not walk, and those of the sender */
export function busDestination(
  { topic, limit }: BusDestinationOptions,
  { sender, metrics }: { readonly sender: Sender; readonly metrics: BusMetrics },
): Destination {
  const send = async (messages: OutgoingMessage[]): Promise<void> => {
    await sender.send(topic, messages);
    metrics.producedMessages.inc(messages.length);
    metrics.producedRows.inc(messages.reduce((sum, { headers }) => sum + Number(headers.rows), 0));
  };
  return {
    name: 'Kafka',
    // What is on a topic stays; loaders know it by its ids when it comes again.
    withdraw: () => Promise.resolve(),
    async deliver(segment, again) {
      const flying = new Set<Promise<void>>();
      let failed: { readonly error: unknown } | undefined;
      try {
        for await (const messages of requestsOf(segment, again, limit)) {
          const sent: Promise<void> = send(messages)
            .catch((error: unknown) => void (failed ??= { error }))
            .finally(() => flying.delete(sent));
          flying.add(sent);
          if (flying.size >= IN_FLIGHT) await Promise.race(flying);
          if (failed) break;
        }
      } finally {
        await Promise.all(flying);
      }
      if (failed) throw failed.error;
    },
  };
}

async function* requestsOf(
  { id, path, layout }: SpooledSegment,
  again: boolean,
  limit: number,
): AsyncGenerator<OutgoingMessage[]> {
  const splitter = createSplitter({ id, layout, limit, again });
  let waiting: OutgoingMessage[] = [];
  let bytes = 0;
  const take = function* (messages: OutgoingMessage[]): Generator<OutgoingMessage[]> {
    for (const message of messages) {
      if (waiting.length > 0 && bytes + message.value.length > limit) {
        yield waiting;
        waiting = [];
        bytes = 0;
      }
      waiting.push(message);
      bytes += message.value.length;
    }
  };
  // One piece of memory for the whole segment: what does not make a row yet is moved to its front.
  const buffer = Buffer.allocUnsafe(Math.max(CHUNK_BYTES, limit));
  let held = 0;
  const file = await open(path);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, held, buffer.length - held);
      if (bytesRead === 0) break;
      const { full, used } = splitter.push(buffer.subarray(0, held + bytesRead));
      held += bytesRead - used;
      buffer.copyWithin(0, used, used + held);
      if (held === buffer.length) throw badSegment(id, `a row of more than ${held} bytes is too large for a message`);
      yield* take(full);
    }
  } finally {
    await file.close();
  }
  if (held > 0) throw badSegment(id, `its last ${held} bytes are no whole row`);
  yield* take(splitter.finish());
  if (waiting.length > 0) yield waiting;
}
