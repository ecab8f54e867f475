import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { hourOf, own, putHours, TEN } from '../../../analytics/conversations/query/testing/conversations';
import { FilterError } from '../../../ingest/query';
import { migrate, openEmbedded } from '../../../ingest/store';
import { printProblem } from '../print/problem';
import { createProgram } from '../program';

jest.setTimeout(60_000);

const data = mkdtempSync(join(tmpdir(), 'wayleave-conversations-cli-'));

beforeAll(async () => {
  const store = openEmbedded(data);
  await migrate(store);
  await putHours(store, [
    hourOf(0, '10.0.0.9', '10.1.1.5', { reporters: ['::ffff:192.0.2.1'], points: ['eth0'] }),
    hourOf(1, '10.0.0.9', '10.1.1.5', {
      connections: 3,
      established: 1,
      refused: 2,
      reporters: ['::'],
      points: ['eth1'],
    }),
    hourOf(0, '10.0.0.9', '10.1.1.6', { port: 22, scope: 'vpc-1', established: 0, reporters: ['::'] }),
  ]);
  await own(store, '10.1.1.5', 'web1', { labels: { app: 'shop' } });
  await store.insert('flows', [
    {
      received: TEN * 1e6,
      start: (TEN + 60) * 1e6,
      end: (TEN + 61) * 1e6,
      src: '10.0.0.9',
      src_port: 40000,
      dst: '10.1.1.5',
      dst_port: 443,
      protocol: 6,
      packets: 2,
      bytes: 1200,
      verdict: 1,
      observed: 2,
      initiator: 1,
      end_reason: 3,
      tcp_flags: 27,
    },
  ]);
  await store.close();
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

const run = async (...args: string[]): Promise<string> => {
  const stdout = new PassThrough();
  const terminal = {
    stdin: new PassThrough(),
    stdout,
    stderr: new PassThrough(),
    env: { WAYLEAVE_LOG__LEVEL: 'silent' },
  };
  await createProgram(terminal).parseAsync(['--data', data, ...args], { from: 'user' });
  return String(stdout.read());
};

it('lists conversations', async () => {
  expect(await run('conversations', 'server is web1 or port 22', '--sort', 'connections')).toBe(
    '10.0.0.9 -> 10.1.1.5:443/tcp  https  (unknown → web1)\n' +
      '    4 connections: 2 established, 2 refused, 9,000 bytes\n' +
      '    2026-11-16 10:01 UTC to 2026-11-16 11:02 UTC, 2 hours of 1 day (Mon); direction level 1, confidence 0.99; by 192.0.2.1\n' +
      '10.0.0.9 -> 10.1.1.6:22/tcp  ssh in vpc-1\n' +
      '    1 connection: none answered, 4,500 bytes\n' +
      '    2026-11-16 10:01 UTC to 2026-11-16 10:02 UTC, 1 hour of 1 day (Mon); direction level 1, confidence 0.99; by a source without address\n',
  );
  expect(await run('conversations', 'port 1')).toBe(
    'No conversation matches; conversations are known from 2026-11-16 10:00 UTC to 2026-11-16 12:00 UTC\n',
  );
});

it('lists them by hour, and as JSON', async () => {
  const hours = await run('conversations', 'port 443', '--by', 'hour', '--to', '2026-11-16T11:00:00Z');
  expect(hours).toMatch(/^2026-11-16 10:00 UTC {2}10\.0\.0\.9 -> 10\.1\.1\.5:443\/tcp/);
  expect(hours).not.toMatch('1 hour');
  expect(JSON.parse(await run('--json', 'conversations', '--limit', '1'))).toMatchObject([{ port: 443, refused: 2 }]);
});

it('says why', async () => {
  const text = await run('why', '10.0.0.9 -> 10.1.1.5:443/tcp');
  expect(text).toMatch(
    /^10\.0\.0\.9 -> 10\.1\.1\.5:443\/tcp {2}https\n {2}direction {3}10\.1\.1\.5 is the server, at level 1/,
  );
  expect(text).toMatch(
    / {2}volume {6}in an hour with traffic 2 connections and 4,500 bytes \(median\), at most 3 and 4,500\n/,
  );
  expect(text).toMatch(/ {2}1 raw flow in its latest 2 hours with traffic, beginning with\n {4}2026-11-16T10:01:00/);
  expect(await run('why', '10.0.0.9 -> 10.1.1.6:22/tcp', '--scope', 'vpc-1')).toMatch(
    /no raw flows are there any more\n$/,
  );
  expect(await run('why', '10.1.1.5')).toMatch(/served 443\/tcp \(https\) to 1 client: 4 connections/);
  expect(JSON.parse(await run('--json', 'why', '10.1.1.5'))).toMatchObject({
    address: '10.1.1.5',
    serves: [{ port: 443 }],
  });
});

it('lists what servers offer', async () => {
  expect(await run('services')).toBe(
    '10.1.1.5 (web1), https: 1 client, 4 connections, 2 established\n' +
      '  2026-11-16 10:01 UTC to 2026-11-16 11:02 UTC; direction level 1, 99 % sure\n',
  );
  expect(JSON.parse(await run('--json', 'services'))).toMatchObject({ services: [{ server: '10.1.1.5', port: 443 }] });
  expect(await run('services', '--limit', '1')).toMatch(/the first 1; --limit shows more\n$/);
});

it.each([
  [['services', '--dynamic'], 'server whose port wanders was found from 2026-11-16 10:00 UTC to 2026-11-16 12:00 UTC'],
  [['noise'], 'noise was found from 2026-11-16 10:00 UTC to 2026-11-16 12:00 UTC'],
  [['noise', '--to', '2026-11-01T00:00:00Z'], 'noise was found in this time'],
  [['services', '--to', '2026-11-01T00:00:00Z'], 'service was found in this time'],
])('says of what time there is something where %j finds nothing', async (args, message) => {
  const known = 'conversations are known from 2026-11-16 10:00 UTC to 2026-11-16 12:00 UTC';
  expect(await run(...args)).toBe(`No ${message}; ${known}\n`);
});

it('says where a list may be cut', async () => {
  expect(await run('conversations', '--limit', '1')).toMatch(/\nthe first 1; --limit shows more\n$/);
  expect(await run('flows', '--limit', '1')).toMatch(/\nthe first 1; --limit shows more\n$/);
  expect(await run('flows', '--limit', '2')).not.toMatch('--limit');
});

it('lists flows, with names for numbers, by filter and by options', async () => {
  expect(await run('flows', 'dst is web1', '--endpoint', '10.0.0.0/8', '--port', '443', '--protocol', '6')).toBe(
    '2026-11-16T10:01:00.000000Z  10.0.0.9 port 40000 → 10.1.1.5 port 443, tcp, 2 packets, 1,200 bytes\n' +
      '    end=2026-11-16T10:01:01.000000Z tcp_flags=FSPA initiator=src verdict=allowed observed=egress end_reason=end_of_flow\n',
  );
  expect(await run('flows', 'server 10.1.1.0/24 and service https and established')).toMatch(/ port 40000 → /);
  expect(await run('flows', 'server 10.1.1.5 and refused or client 10.1.1.5')).toBe('No flow matches\n');
  expect(JSON.parse(await run('--json', 'flows', 'verdict allowed'))).toMatchObject([{ verdict: 1, observed: 2 }]);
  expect(await run('flows', '--exporter', '192.0.2.9', '--format', 'zeek')).toBe('No flow matches\n');
});

it.each([
  ['conversations', 'prot 443', 'conversations have no field "prot"; did you mean port?\n  prot 443\n  ^^^^\n'],
  ['flows', 'port = ', 'port: '],
  ['flows', 'servre 10.0.0.1', 'flows have no field "servre"; did you mean server?'],
])('points at what is wrong with %s %j', async (command, filter, message) => {
  const error: unknown = await run(command, filter).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FilterError);
  expect(printProblem(error)).toContain(message.replace('port: ', 'expected a number'));
});

it.each([
  [['flows', '--format', 'zeekk'], 'unknown-format'],
  [['flows', '--format', 'two words'], 'unknown-format'],
  [['why', 'web1'], 'bad-address'],
  [['why', '10.0.0.9 -> 10.1.1.5'], 'bad-conversation'],
  [['why', '10.0.0.9 -> 10.1.1.5:80/tcp'], 'no-conversation'],
])('refuses %j', async (args, code) => {
  await expect(run(...args)).rejects.toMatchObject({ code });
});

it('points at the help of a command line that is not understood', async () => {
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const error: unknown = await run('flows', '--port', 'x').catch((thrown: unknown) => thrown);
  const written = stderr.mock.calls.map(([text]) => String(text)).join('');
  stderr.mockRestore();
  expect(error).toMatchObject({ code: 'commander.invalidArgument' });
  expect(written).toMatch(/^error: option .*expected a whole number.*\n\n?see wayleave flows --help\n$/);
});
