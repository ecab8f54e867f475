import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readTeamNetwork } from './team-network';

const ENDS = '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p';

describe('the network of a competition in service logs', () => {
  let folder = '';
  const log = (name: string, ...lines: string[]) =>
    writeFileSync(join(folder, `${name}.gz`), gzipSync(['#separator \\x09', ...lines, ''].join('\n')));

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'wayleave-teams-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has a connection once, and listeners nobody was seen to use', async () => {
    log(
      'dns.log',
      `${ENDS}\tproto`,
      '3600.5\tC1\t10.47.1.5\t4000\t10.47.1.2\t53\tudp',
      '3601\tC1\t10.47.1.5\t4000\t10.47.1.2\t53\tudp',
      '7300\tC2\t10.47.1.5\t4001\t10.47.1.2\t53\tudp',
    );
    log('ssl.log', ENDS, '3700\tC3\t192.0.2.1\t4000\t10.47.2.2\t443');
    log(
      'known_services.log',
      '#fields\tts\thost\tport_num\tport_proto\tservice',
      '3600\t10.47.2.2\t443\ttcp\tSSL',
      '3600\t10.47.2.9\t80\ttcp\tHTTP',
    );
    const { dependencies, workloads, teams, places, window } = await readTeamNetwork(folder);
    expect(
      dependencies.map(({ client, server, ports, connections, hours }) => [
        client,
        server,
        ports[0],
        connections,
        hours,
      ]),
    ).toEqual([
      ['10.47.1.5', '10.47.1.2', 53, 2, 2],
      ['192.0.2.1', '10.47.2.2', 443, 1, 1],
      ['somebody', '10.47.2.9', 80, 1, 1],
    ]);
    expect(
      workloads.filter(({ kind }) => kind === 'managed').map(({ id }) => [id, teams.get(id), places.get(id)]),
    ).toEqual([
      ['10.47.1.5', '1', '5'],
      ['10.47.1.2', '1', '2'],
      ['10.47.2.2', '2', '2'],
      ['10.47.2.9', '2', '9'],
    ]);
    expect(window).toEqual({ from: 3600, to: 10_800 });
  });

  it.each([
    ['nothing to read', () => undefined],
    ['rows before fields', () => log('ssl.log', '3700\tC3\t192.0.2.1\t4000\t10.47.2.2\t443')],
    ['more values than fields', () => log('ssl.log', ENDS, '3700\tC3\t192.0.2.1\t4000\t10.47.2.2\t443\tmore')],
  ])('is not there with %s', async (_, write) => {
    write();
    await expect(readTeamNetwork(folder)).rejects.toMatchObject({ code: 'bad-zeek-logs' });
  });
});
