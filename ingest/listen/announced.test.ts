import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatagramDecoder } from '../decode/datagram';
import { netflow9, SECONDS, set, template } from '../decode/testing/datagrams';
import { createLog } from '../kernel/log';
import { RowBatches } from '../model/rows';
import { announcedFile } from './announced';

describe('what exporters announced', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-announced-'));
  const path = join(folder, 'templates.json');
  const log = createLog('silent');
  const warn = jest.spyOn(log, 'warn');
  const error = jest.spyOn(log, 'error');
  beforeEach(() => jest.clearAllMocks());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const from = { address: new Uint8Array(16) };
  const announcement = netflow9(
    {},
    set(
      0,
      template(256, [
        [8, 4],
        [12, 4],
      ]),
    ),
  );
  const data = netflow9({ sequence: 1 }, set(256, new Uint8Array(8)));

  it('is nothing before there is a file', () => {
    expect(announcedFile(path, log).read()).toBeUndefined();
    expect(warn).not.toHaveBeenCalled();
  });

  it('is known to the next decoder', () => {
    const first = createDatagramDecoder();
    first.decode(announcement, from, SECONDS * 1e6, new RowBatches());
    announcedFile(path, log).write(first.state());

    const state = announcedFile(path, log).read();
    const second = createDatagramDecoder(state ? { state } : {});
    const batches = new RowBatches();
    second.decode(data, from, SECONDS * 1e6, batches);
    expect(batches.rows).toBe(1);
    expect(readdirSync(folder)).toEqual(['templates.json']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is written only when it has changed', () => {
    const decoder = createDatagramDecoder();
    const file = announcedFile(path, log);
    file.write(decoder.state());
    rmSync(path);
    file.write(decoder.state());
    expect(readdirSync(folder)).toEqual([]);
    decoder.decode(announcement, from, SECONDS * 1e6, new RowBatches());
    file.write(decoder.state());
    expect(readdirSync(folder)).toEqual(['templates.json']);
  });

  it.each(['', '{"version":99}', 'null'])('is forgotten, with a warning, when the file holds %j', (text) => {
    writeFileSync(path, text);
    expect(announcedFile(path, log).read()).toBeUndefined();
    expect(warn).toHaveBeenCalledWith(expect.objectContaining({ file: path }), expect.any(String));
  });

  it('does not stop a collector whose disk refuses it', () => {
    announcedFile(join(folder, 'none', 'templates.json'), log).write(createDatagramDecoder().state());
    expect(error).toHaveBeenCalledTimes(1);
  });
});
