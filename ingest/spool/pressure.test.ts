import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPressure } from './pressure';
import { createSpace } from './space';

const MIB = 1 << 20;
const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-21T09:00:00Z');

describe('pressure', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-pressure-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const fullOf = async (spool: { backlog?: number; oldest?: number; folder?: string }, free = 100 * MIB) => {
    const pressure = createPressure(
      { bytes: 10 * MIB, age: 2 * HOUR },
      {
        spool: { folder, backlog: 0, oldest: undefined, ...spool },
        space: createSpace(64 * MIB, () => Promise.resolve(free)),
        clock: () => new Date(NOW),
      },
    );
    await pressure.start();
    pressure.stop();
    return pressure.full;
  };

  it.each([
    ['there is room', {}, undefined],
    ['as much waits as may', { backlog: 10 * MIB, oldest: NOW - 2 * HOUR }, undefined],
    ['the clock was set back', { oldest: NOW + HOUR }, undefined],
  ])('takes more while %s', async (_, spool, expected) => {
    expect(await fullOf(spool)).toBe(expected);
  });

  it('is full by bytes', async () => {
    expect(await fullOf({ backlog: 10 * MIB + 1 })).toEqual({
      cause: 'bytes',
      reason: '10485761 bytes wait, and 10485760 are allowed',
    });
  });

  it('is full by age', async () => {
    expect(await fullOf({ oldest: NOW - 3 * HOUR })).toEqual({
      cause: 'age',
      reason: 'the oldest rows wait for 3.0 h, and 2.0 h are allowed',
    });
  });

  it('is full when the disk is, or cannot be written', async () => {
    expect(await fullOf({}, 63 * MIB)).toEqual({
      cause: 'disk',
      reason: `63 MiB are free under ${folder}, and 64 MiB are to stay free`,
    });
    expect(await fullOf({ folder: join(folder, 'gone') })).toMatchObject({ cause: 'disk' });
  });
});

describe('space', () => {
  it('is kept back before something is written', async () => {
    const space = createSpace(64 * MIB, () => Promise.resolve(100 * MIB));
    await expect(space.require('/data', 36 * MIB)).resolves.toBeUndefined();
    await expect(space.require('/data', 37 * MIB)).rejects.toMatchObject({
      code: 'no-space',
      retriable: true,
      message: '100 MiB are free under /data before 37 MiB more are written, and 64 MiB are to stay free',
    });
  });
});
