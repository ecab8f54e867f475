import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readHostGraph } from './host-graph';
import { seenFrom } from './judge-host-graph';

describe('a labelled network in hourly files', () => {
  let folder = '';
  const hour = (name: string, text: string) => writeFileSync(join(folder, 'hourly', `${name}.gz`), gzipSync(text));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wayleave-host-graph-'));
    mkdirSync(join(folder, 'hourly'));
    writeFileSync(join(folder, 'labels.txt'), '1,2\n3,99\n');
    hour('h0', 'g\t1\t2\t1p6-10,3p17-4\ng\t1\t1\t1p6-1\n');
    hour('h1', 'g\t1\t2\t1p6-5\ng\t4\t3\t1p6-7\n');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('sums hours to dependencies, and knows who is labelled', async () => {
    const { workloads, dependencies, labels, prefixLabels, hours } = await readHostGraph(folder);
    expect(
      dependencies.map(({ client, server, service, packets, hours: seen, lastSeen }) => ({
        client,
        server,
        service,
        packets,
        seen,
        lastSeen,
      })),
    ).toEqual([
      {
        client: '1',
        server: '2',
        service: { kind: 'port', protocol: 6, port: 1 },
        packets: 15,
        seen: 2,
        lastSeen: 7200,
      },
      {
        client: '1',
        server: '2',
        service: { kind: 'port', protocol: 17, port: 3 },
        packets: 4,
        seen: 1,
        lastSeen: 3600,
      },
      {
        client: '4',
        server: '3',
        service: { kind: 'port', protocol: 6, port: 1 },
        packets: 7,
        seen: 1,
        lastSeen: 7200,
      },
    ]);
    expect([...labels]).toEqual([
      ['1', 'group 1'],
      ['2', 'group 1'],
      ['3', 'group 2'],
    ]);
    expect(workloads.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
      '1 managed',
      '2 managed',
      '3 managed',
      '4 unknown',
    ]);
    expect([prefixLabels, hours]).toEqual([null, 2]);
  });

  it('is a smaller one from where few look', async () => {
    const view = seenFrom(await readHostGraph(folder), new Set(['3']));
    expect(view.workloads.map(({ id }) => id)).toEqual(['3', '4']);
    expect([...view.labels.keys()]).toEqual(['3']);
  });

  it('takes hosts by any name, from files of any length', async () => {
    hour('h2', 'g\tweb-1\t01\t443p6-1\n'.repeat(70_000) + 'g\t1\tweb-1\t443p6-2');
    const { dependencies } = await readHostGraph(folder);
    const ends = dependencies.map(({ client, server, packets }) => `${client} ${server} ${packets}`);
    expect(ends.slice(-2)).toEqual(['web-1 01 70000', '1 web-1 2']);
  });

  it('names the line that is not as expected', async () => {
    hour('h2', 'g\t1\t2\t1p6-1\nnonsense\n');
    await expect(readHostGraph(folder)).rejects.toMatchObject({ code: 'bad-host-graph', where: { line: 2 } });
    hour('h2', 'g\t1\t2\t1p6\n');
    await expect(readHostGraph(folder)).rejects.toMatchObject({ code: 'bad-host-graph', where: { line: 1 } });
    writeFileSync(join(folder, 'hourly', 'h2.gz'), 'not compressed');
    await expect(readHostGraph(folder)).rejects.toMatchObject({ code: 'bad-host-graph', where: {} });
    await expect(readHostGraph(join(folder, 'none'))).rejects.toMatchObject({ code: 'bad-host-graph' });
  });
});
