import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Reject } from '../decode/format';
import { compressionOf, decompressed, decompressedHead } from './compression';
import { UPLOAD_LIMITS, type UploadLimits } from './limits';

const folder = mkdtempSync(join(tmpdir(), 'wayleave-compression-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
/** RFC 8878: a frame with a window of 1 KiB, of raw or run-length blocks. */
const frame = (...blocks: number[][]): number[] => [...MAGIC, 0x00, 0x38, ...blocks.flat()];
const block = (type: number, size: number, content: number[], last = true): number[] => {
  const header = (size << 3) | (type << 1) | (last ? 1 : 0);
  return [header & 0xff, (header >> 8) & 0xff, header >> 16, ...content];
};
const raw = (text: string, last = true): number[] => block(0, text.length, [...Buffer.from(text)], last);
const run = (byte: number, size: number, last = true): number[] => block(1, size, [byte], last);
const SKIPPABLE = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];

async function read(
  bytes: Uint8Array,
  limits: UploadLimits = UPLOAD_LIMITS,
): Promise<{ text: string; broken: Reject[] }> {
  const path = join(folder, 'file');
  writeFileSync(path, bytes);
  const broken: Reject[] = [];
  const parts: Uint8Array[] = [];
  const file = { name: 'file', path, bytes: bytes.length, compression: compressionOf(bytes) };
  for await (const part of decompressed(file, limits, (reject) => broken.push(reject))) {
    if (parts.length < 100) parts.push(part);
  }
  return { text: Buffer.concat(parts).toString(), broken };
}

describe('compression', () => {
  it.each([
    ['nothing', Buffer.from('one two')],
    ['gzip', gzipSync('one two')],
    ['gzip in two members', Buffer.concat([gzipSync('one '), gzipSync('two')])],
    ['zstd', Buffer.from(frame(raw('one two')))],
    ['zstd in two frames', Buffer.from([...frame(raw('one ')), ...frame(raw('t', false), raw('wo'))])],
    ['zstd behind a skippable frame', Buffer.from([...SKIPPABLE, ...frame(raw('one two'))])],
  ])('reads %s', async (_, bytes) => {
    expect(await read(bytes)).toEqual({ text: 'one two', broken: [] });
    const head = decompressedHead(bytes, compressionOf(bytes), 5, 'file');
    expect(Buffer.from(head).toString()).toBe('one t');
  });

  it.each([
    ['gzip', gzipSync('x'.repeat(1000), { level: 0 }).subarray(0, 500)],
    ['zstd', Buffer.from(frame(raw('x'.repeat(400), false), raw('x'.repeat(600)))).subarray(0, 700)],
  ])('gives what is good of %s that breaks off, and says so', async (kind, bytes) => {
    const { text, broken } = await read(bytes);
    expect(text.length).toBeGreaterThan(300);
    expect(text).toMatch(/^x+$/);
    expect(broken).toEqual([expect.objectContaining({ code: `broken-${kind}`, where: { byte: text.length } })]);
  });

  it('refuses more than the limit as soon as it comes', async () => {
    const limits = { ...UPLOAD_LIMITS, decompressedBytes: 10_000 };
    await expect(read(gzipSync('x'.repeat(20_000)), limits)).rejects.toMatchObject({ code: 'too-large' });
    const runs = Array.from({ length: 100 }, (_, index) => run(0x78, 1024, index === 99));
    await expect(read(Buffer.from(frame(...runs)), limits)).rejects.toMatchObject({ code: 'too-large' });
  });

  it('refuses what decompresses to hundreds of times its size', async () => {
    const runs = Array.from({ length: 2200 }, (_, index) => run(0x78, 128 * 1024 - 1, index === 2199));
    const bomb = Buffer.from(frame(...runs));
    await expect(read(bomb, { ...UPLOAD_LIMITS, ratio: 100 })).rejects.toMatchObject({
      code: 'too-large',
      message: expect.stringContaining('100 times'),
    });
  });

  it.each(['none', 'gzip', 'zstd'] as const)(
    'does not take a disk that cannot be read for a broken file, %s',
    async (compression) => {
      const broken: Reject[] = [];
      // A folder can be opened, and not read.
      const file = { name: 'file', path: folder, bytes: 1, compression };
      const reading = decompressed(file, UPLOAD_LIMITS, (reject) => broken.push(reject)).next();
      await expect(reading).rejects.toMatchObject({ code: 'EISDIR' });
      expect(broken).toEqual([]);
    },
  );

  it('says that an archive cannot be decompressed', () => {
    const bytes = Buffer.from([...MAGIC, 0x08, 0x38, 1, 2, 3]);
    expect(() => decompressedHead(bytes, 'zstd', 100, 'file')).toThrow(
      expect.objectContaining({ code: 'unknown-format' }),
    );
  });
});
