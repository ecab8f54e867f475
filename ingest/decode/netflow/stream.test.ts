import * as fc from 'fast-check';
import { WayleaveError } from '../../kernel/errors';
import { be, ipfix, join, set } from '../testing/datagrams';
import { IpfixStream } from './stream';

/** What the chunks give, and the code of what ended it. */
function split(...chunks: readonly Uint8Array[]): { messages: Uint8Array[]; ended?: string; pending: number } {
  const stream = new IpfixStream();
  const messages: Uint8Array[] = [];
  try {
    for (const chunk of chunks) for (const message of stream.push(chunk)) messages.push(message.slice());
  } catch (error) {
    if (error instanceof WayleaveError) return { messages, ended: error.code, pending: stream.pending };
    throw error;
  }
  return { messages, pending: stream.pending };
}

const message = (bytes: number): Uint8Array => ipfix({}, set(256, new Uint8Array(bytes).fill(7)));

it('gives the messages, however the bytes arrive', () => {
  const cuts = fc.array(fc.oneof(fc.constantFrom(1, 2, 3, 4, 5), fc.integer({ min: 1, max: 3000 })), { minLength: 1 });
  const sizes = fc.array(fc.oneof(fc.nat(60), fc.nat(65_000)), { maxLength: 6 });
  fc.assert(
    fc.property(sizes, cuts, (lengths, steps) => {
      const messages = lengths.map(message);
      const bytes = join(...messages);
      const chunks: Uint8Array[] = [];
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const step = steps[turn % steps.length] ?? 1;
        chunks.push(bytes.subarray(at, at + step));
        at += step;
      }
      // Compared as buffers: jest looks at typed arrays element by element.
      const { messages: found, pending } = split(...chunks);
      expect(Buffer.concat(found).equals(bytes)).toBe(true);
      expect(found.map(({ length }) => length)).toEqual(messages.map(({ length }) => length));
      expect(pending).toBe(0);
    }),
    { numRuns: 60, seed: 4 },
  );
});

it('takes the longest message there can be', () => {
  const longest = message(0xffff - 20);
  expect(longest).toHaveLength(0xffff);
  expect(split(longest.subarray(0, 9), longest.subarray(9)).messages).toEqual([longest]);
});

it.each([
  ['another version', join(be(9, 2), be(40, 2)), 'stream-version'],
  ['a length below that of the header', join(be(10, 2), be(15, 2)), 'stream-length'],
  ['no length', join(be(10, 2), be(0, 2)), 'stream-length'],
])('ends at %s, after the messages before it', (_, wrong, code) => {
  const good = message(8);
  expect(split(join(good, wrong))).toMatchObject({ messages: [good], ended: code });
  expect(split(join(good, wrong.subarray(0, 3)), wrong.subarray(3))).toMatchObject({ messages: [good], ended: code });
});

it('knows that a message has begun', () => {
  const good = message(8);
  expect(split(join(good, good.subarray(0, 1))).pending).toBe(1);
});

it('says where the stream broke', () => {
  const stream = new IpfixStream();
  expect(() => [...stream.push(join(message(8), be(0x4745, 2), be(0x5420, 2)))]).toThrow(
    expect.objectContaining({ where: { byte: 28 } }),
  );
});
