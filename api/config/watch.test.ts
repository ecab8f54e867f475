import { loadConfig } from '../../ingest/kernel/config';
import type { createSources } from '../../ingest/watch';
import { configSchema } from './config';

const load = (watch: unknown) => {
  const entries = Object.entries(watch as object);
  const env = Object.fromEntries(entries.map(([key, value]) => [`WAYLEAVE_WATCH__${key}`, JSON.stringify(value)]));
  return loadConfig(configSchema, { env }).watch;
};

describe('what is watched', () => {
  it('is nothing unless told', () => {
    expect(load({})).toEqual({ directories: [], buckets: [] });
  });

  it('has defaults, and is what sources are made from', () => {
    const watch: Parameters<typeof createSources>[0] = load({
      directories: [{ path: '/var/flows' }, { path: '/in', after: { move: '/done' } }],
      buckets: [{ bucket: 'logs' }],
    });
    expect(watch).toEqual({
      directories: [
        { path: '/var/flows', recursive: false, settleSeconds: 30, after: 'keep' },
        { path: '/in', recursive: false, settleSeconds: 30, after: { move: '/done' } },
      ],
      buckets: [{ bucket: 'logs', prefix: '', region: 'us-east-1', forcePathStyle: false, pollSeconds: 60 }],
    });
  });

  it.each([
    [{ directories: [{ path: '/in', after: { move: '/in/' } }] }, 'watch.directories.0.after'],
    [{ directories: [{ path: '/in', after: 'burn' }] }, 'expected keep, delete or { move: folder }'],
    [{ directories: [{ path: '/in', settleSecs: 3 }] }, 'did you mean settleSeconds'],
    [{ buckets: [{ bucket: 'b', endpoint: 'minio:9000' }] }, 'expected an http:// or https:// URL'],
    [{ buckets: [{ bucket: 'b', secretAccessKey: 'wJalr' }] }, 'accessKeyId is missing'],
    [{ buckets: [{ bucket: 'b', accessKeyId: 'AKIA' }] }, 'secretAccessKey is missing'],
  ])('is refused as %j', (watch, message) => {
    expect(() => load(watch)).toThrow(message);
    expect(() => load(watch)).not.toThrow('wJalr');
  });
});
