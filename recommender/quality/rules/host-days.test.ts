import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { groupOf, of, policyOf, ruleOf, tcp } from '../../model/policy.fixture';
import { topologyGroup, topologyOf, use, workloadOf } from '../../propose/topology.fixture';
import { numberDrawn } from './drawn-numbers';
import { readHostDays } from './host-days';
import { isHandedOut } from '../../replay';
import { exactJudge, policyJudge, targetKey } from './judge';
import { figuresOf, intervalsOf, tallyServers } from './measure';

describe('readHostDays', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-days-'));
  const write = (names: readonly string[]) => {
    rmSync(join(folder, 'hourly'), { recursive: true, force: true });
    mkdirSync(join(folder, 'hourly'));
    names.forEach((name, at) =>
      writeFileSync(join(folder, 'hourly', name), gzipSync(`1\t10\t20\t5p6-${at + 1}\n1\t10\t99\t7p6-3\n`)),
    );
  };
  beforeAll(() => writeFileSync(join(folder, 'labels.txt'), '10,11\n20\n'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('takes days from the names of the files, and tests between labelled hosts', async () => {
    write(['e_202202100000.gz', 'e_202202100100.gz', 'e_202202110000.gz']);
    const { splits, labelled, served } = await readHostDays(folder);
    expect([...labelled].sort()).toEqual(['10', '20']);
    expect(splits.map(({ name, window }) => ({ name, window }))).toEqual([
      { name: 'day 1 to 2', window: { from: 0, to: 7_200 } },
    ]);
    expect(splits[0]?.training().map(({ server, packets, hours }) => [server, packets, hours])).toEqual([
      ['20', 3, 2],
      ['99', 6, 2],
    ]);
    expect(splits[0]?.test.map(({ server, packets }) => [server, packets])).toEqual([['20', 3]]);
    expect(served.map(({ server }) => server)).toEqual(['20']);
  });

  it('counts 24 files a day where names do not say', async () => {
    write(Array.from({ length: 96 }, (_, at) => `h${String(at).padStart(3, '0')}.gz`));
    expect((await readHostDays(folder)).splits.map(({ name, window }) => [name, window.to / 3_600])).toEqual([
      ['day 1 to 2', 24],
      ['days 1-3 to 4', 72],
    ]);
  });
});

it('puts what a group draws down as one service, but for its fixed ports', () => {
  const topology = topologyOf([], [topologyGroup('t', 'tier', ['s'])]);
  const numbered = numberDrawn(topology, [
    { group: 't', protocol: 6, drawn: [7], fixed: new Set([5]), confidence: 1, reason: '' },
  ]);
  const ports = numbered([use('c', 's', tcp(5)), use('c', 's', tcp(7)), use('c', 's', tcp(8)), use('c', 'x', tcp(7))]);
  expect(ports.map(({ ports: [port = 0] }) => port)).toEqual([5, 65_543, 65_544, 7]);
});

describe('figures', () => {
  const workloads = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((id) => workloadOf(id, [id]));
  const [a = '', b = '', c = ''] = workloads.map(({ id }) => id);
  const policy = policyOf(
    [{ id: 's', category: 'application', name: 's', rules: [ruleOf('r', [of('a')], [of('b')], [tcp(22)])] }],
    [groupOf('a', 'a', [a]), groupOf('b', 'b', [b]), groupOf('c', 'c', [c])],
    ['a', 'b', 'c'],
  );
  const test = [use(a, b, tcp(22), { packets: 90 }), use(c, b, tcp(22), { packets: 10 })];

  it('are of what a policy denies, and of what it leaves open', () => {
    const judge = policyJudge(policy, workloads, workloads);
    const tallies = tallyServers(judge, test, [use(a, b, tcp(22)), use(a, c, tcp(80))], 2);
    expect(figuresOf(tallies)).toEqual({ denied: 0.5, deniedPackets: 0.1, surface: 0.25 });
    const { denied, surface } = intervalsOf(tallies);
    expect(denied).toEqual([0, 0.5]);
    expect(surface).toEqual([0, 0.5]);
  });

  it('are of exactly what was seen, for the comparison', () => {
    const judge = exactJudge([use(c, b, tcp(22))], new Set([a, b, c]));
    expect(figuresOf(tallyServers(judge, test, [use(a, b, tcp(22))], 2))).toEqual({
      denied: 0.5,
      deniedPackets: 0.9,
      surface: 0.5,
    });
  });

  it('count the ports that systems hand out as one service of a server, open when any of them is', () => {
    const handedOut = [tcp(50_000), tcp(50_001)].map((service) => use(c, b, service));
    const keys = (isOneService?: (protocol: number, port: number) => boolean) =>
      new Set(handedOut.map((each) => targetKey(each, isOneService))).size;
    expect([keys(), keys(isHandedOut)]).toEqual([2, 1]);
    const judge = exactJudge(handedOut, new Set([c]), isHandedOut);
    expect(judge.openTo({ server: b, service: tcp(50_001), ports: [50_000, 50_001] })).toBe(1);
  });
});
