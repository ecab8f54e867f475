import type { Random } from './random';

/** An input stays below this, so that its time can be bounded. */
const MOST_BYTES = 256 << 10;
const MOST_CHANGES = 8;
/** What lengths, counts and ids break at. */
const WORDS = [0, 1, 2, 3, 4, 5, 9, 10, 255, 256, 0x7fff, 0x8000, 0xfffe, 0xffff] as const;

type Change = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const CHANGES: readonly Change[] = [
  function flip(bytes, random) {
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    return bytes;
  },
  function setByte(bytes, random) {
    bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  },
  function setWord(bytes, random) {
    const at = random.below(bytes.length);
    const word = random.pick(WORDS);
    bytes[at] = word >>> 8;
    if (at + 1 < bytes.length) bytes[at + 1] = word & 255;
    return bytes;
  },
  function cutOff(bytes, random) {
    return bytes.slice(0, random.below(bytes.length) + 1);
  },
  function cutOut(bytes, random) {
    const [from, count] = [random.below(bytes.length), random.below(64) + 1];
    return join(bytes.subarray(0, from), bytes.subarray(from + count));
  },
  function repeat(bytes, random) {
    const [from, count] = [random.below(bytes.length), random.below(256) + 1];
    const part = bytes.subarray(from, from + count);
    return join(bytes.subarray(0, from), part, part, bytes.subarray(from + count));
  },
  function fill(bytes, random) {
    const from = random.below(bytes.length);
    return bytes.fill(random.pick([0, 0xff]), from, from + random.below(64) + 1);
  },
  function splice(bytes, random, other) {
    return join(bytes.subarray(0, random.below(bytes.length)), other.subarray(random.below(other.length)));
  },
];

/** The bytes, changed in one to eight places; now and then as they are. */
export function mutate(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  let changed: Uint8Array = bytes.slice(0, MOST_BYTES);
  for (let left = random.below(MOST_CHANGES + 1); left > 0 && changed.length > 0; left--) {
    changed = random.pick(CHANGES)(changed, random, other).slice(0, MOST_BYTES);
  }
  return changed;
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
