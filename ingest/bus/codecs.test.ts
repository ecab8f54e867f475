import { gzipSync } from 'node:zlib';
import { compressFrame } from 'lz4-napi';
import { beginFetch, unpackGzip, unpackLz4 } from './codecs';
import { mostUnpacked } from './lz4-frame';

const MIB = 1024 * 1024;

describe('mostUnpacked', () => {
  it.each([0, 1, 1000, 65_536, 900_000, 5 * MIB])('bounds what a frame of %i bytes unpacks to', async (length) => {
    const noise = Buffer.from(Array.from({ length }, (_, index) => (index * index * 31) >>> 7));
    const most = mostUnpacked(await compressFrame(noise));
    expect(most).toBeGreaterThanOrEqual(length);
    expect(most).toBeLessThanOrEqual(length + 4 * MIB);
  });

  it.each([
    ['something else', Buffer.from('hello, world')],
    ['a frame of the legacy format', Buffer.of(0x02, 0x21, 0x4c, 0x18, 0, 0, 0, 0)],
    ['a frame that breaks off', Buffer.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, 9, 0)],
    ['a frame of a reserved block size', Buffer.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x10, 0x82, 0, 0, 0, 0)],
  ])('refuses %s', (_, bytes) => {
    expect(() => mostUnpacked(bytes)).toThrow(expect.objectContaining({ name: 'RangeError' }));
  });
});

describe.each([
  ['LZ4', unpackLz4, (bytes: Buffer) => compressFrame(bytes)],
  ['gzip', unpackGzip, (bytes: Buffer) => Promise.resolve(gzipSync(bytes, { level: 1 }))],
])('%s', (_, unpack, pack) => {
  beforeEach(beginFetch);

  it('unpacks what was packed', async () => {
    const bytes = Buffer.from('to and fro '.repeat(1000));
    expect((await unpack(await pack(bytes))).equals(bytes)).toBe(true);
  });

  it('refuses a batch that is too large', async () => {
    const bomb = await pack(Buffer.alloc(101 * MIB));
    await expect(unpack(bomb)).rejects.toMatchObject({ code: 'bus-batch-too-large' });
  });

  it('leaves to the next fetch what is too much for one, and always gets on', async () => {
    const large = await pack(Buffer.alloc(90 * MIB));
    const outcomes: string[] = [];
    for (let index = 0; index < 4; index++)
      outcomes.push(
        await unpack(large).then(
          ({ length }) => String(length / MIB),
          ({ name }: Error) => name,
        ),
      );
    expect(outcomes.slice(0, 2)).toEqual(['90', '90']);
    expect(outcomes.at(-1)).toBe('KafkaJSPartialMessageError');
    beginFetch();
    expect((await unpack(large)).length).toBe(90 * MIB);
  });
});
