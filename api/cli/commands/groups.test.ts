import { mkdtempSync, rmSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { hourOf, own, putHours, TEN } from '../../../analytics/conversations/query/testing/conversations';
import type { Group, Topology } from '../../../analytics/model/topology';
import { migrate, openEmbedded } from '../../../ingest/store';
import { createDocuments } from '../../documents';
import type * as Main from '../../main';
import { createProgram } from '../program';

jest.setTimeout(60_000);

let mockOpened: ReturnType<typeof Main.openWayleave> | undefined;

// One for all commands: opening the engine and closing it takes longer than what most of them do.
jest.mock('../../main', () => {
  const main = jest.requireActual<typeof Main>('../../main');
  const openWayleave: typeof Main.openWayleave = async (...given) => {
    mockOpened ??= main.openWayleave(...given);
    return { ...(await mockOpened), close: () => Promise.resolve() };
  };
  return { ...main, openWayleave };
});

const data = mkdtempSync(join(tmpdir(), 'wayleave-groups-cli-'));
const HOUR = 3600;

const group = (
  id: string,
  kind: Group['kind'],
  name: string,
  members: Group['members'],
  more: Partial<Group> = {},
) => ({
  id,
  kind,
  name,
  application: null,
  members,
  reasons: [
    { text: 'they talk to each other', weight: 0.8 },
    { text: 'web2 talks to others too', weight: -0.2 },
  ],
  since: TEN,
  ...more,
});
const sure = (...workloads: string[]) => workloads.map((workload) => ({ workload, confidence: 0.9 }));
const workload = (id: string, address: string) => ({
  id,
  name: id,
  kind: 'managed' as const,
  addresses: [address],
  labels: {},
});

const before: Topology = {
  id: 'topology-1',
  window: { from: TEN, to: TEN + HOUR },
  workloads: [workload('web1', '10.1.1.5'), workload('web2', '10.1.1.6'), workload('db1', '10.1.2.1')],
  groups: [
    group('application-ab12', 'application', 'shop', sure('db1', 'web1', 'web2'), { environment: 'prod' }),
    group('tier-cd34', 'tier', 'db of shop', sure('db1'), { application: 'application-ab12' }),
    group(
      'tier-ce56',
      'tier',
      'web of shop',
      [...sure('web1'), { workload: 'web2', confidence: 0.2, next: { group: 'tier-cd34', fit: 0.8 } }],
      { application: 'application-ab12', role: 'web' },
    ),
  ],
  candidates: [
    {
      name: 'time',
      members: ['db1', 'web2'],
      confidence: 0.31,
      reasons: [
        { text: 'serves ntp (udp/123) to 2 of 3 managed workloads', weight: 0.67 },
        { text: 'only 2 partners, which may be chance', weight: -0.4 },
      ],
    },
  ],
  meshes: [{ service: 'tcp/7946', name: 'serf', share: 0.5, members: ['web1', 'web2'], reasons: [] }],
  unseen: [{ text: 'only 60 minutes of traffic', weight: -0.9 }],
  disagreements: [
    {
      workload: 'web2',
      group: 'tier-ce56',
      between: 'label',
      suggested: 'tier-cd34',
      reason: { text: 'labelled role:db', weight: 1 },
    },
  ],
};
const after: Topology = {
  ...before,
  id: 'topology-2',
  groups: before.groups.map((each) => (each.id === 'tier-ce56' ? { ...each, name: 'front of shop' } : each)),
};

beforeAll(async () => {
  const store = openEmbedded(data);
  await migrate(store);
  await putHours(store, [
    hourOf(0, '10.1.1.5', '10.1.2.1', { port: 5432 }),
    hourOf(0, '10.1.1.6', '10.1.2.1', { port: 5432 }),
    hourOf(0, '10.1.1.6', '10.1.1.5', { port: 443 }),
  ]);
  for (const { id, addresses } of before.workloads) await own(store, addresses[0] ?? '', id);
  let time = TEN;
  const documents = createDocuments(store, () => new Date(1000 * (time += 60)));
  await documents.save('topology', before.id, before);
  await documents.save('topology', after.id, after);
  await store.close();
});
afterAll(async () => {
  await (await mockOpened)?.close();
  rmSync(data, { recursive: true, force: true });
});

const run = (...args: string[]): Promise<string> => runAs({ USER: 'ann' }, args);
const runAs = async (user: { USER?: string }, args: readonly string[]): Promise<string> => {
  const stdout = new PassThrough();
  const env = { WAYLEAVE_LOG__LEVEL: 'silent', ...user };
  const terminal = { stdin: new PassThrough(), stdout, stderr: new PassThrough(), env };
  await createProgram(terminal).parseAsync(['--data', data, ...args], { from: 'user' });
  return String(stdout.read());
};

it('lists groups, tiers below their application, and what the run has to say', async () => {
  expect(await run('groups')).toBe(
    [
      'From 2026-11-16 10:00 UTC to 2026-11-16 11:00 UTC, topology-2',
      '',
      'name             kind         members  sure  environment  since                 id',
      'shop             application  3        90 %  prod         2026-11-16 10:00 UTC  application-ab12',
      '  db of shop     tier         1        90 %               2026-11-16 10:00 UTC  tier-cd34',
      '  front of shop  tier         2        55 %               2026-11-16 10:00 UTC  tier-ce56',
      '',
      'Nearly shared services: `wayleave groups share <name> <workload...>` makes one of them',
      '  time, 31 % sure: db1, web2; serves ntp (udp/123) to 2 of 3 managed workloads; but only 2 partners, which may be chance',
      '',
      'Meshes: many use them of each other, which ties nobody together',
      '  serf (tcp/7946): 2 workloads, 50.0 % of all pairs',
      '',
      'Disagreements: labels, people and traffic say different things',
      '  web2 is in front of shop, not in db of shop: labelled role:db',
      '',
      'What this run could not see',
      '  only 60 minutes of traffic',
      '',
      '`wayleave groups show <group>` says why, `wayleave why-group <workload>` why a workload is where it is',
      '',
    ].join('\n'),
  );
});

it.each([
  [
    ['--application', 'SHOP'],
    ['application-ab12', 'tier-cd34', 'tier-ce56'],
  ],
  [['--low-confidence', '--kind', 'tier'], ['tier-ce56']],
  [['--low-confidence', '--kind', 'application'], []],
])('narrows the list by %j', async (options, ids) => {
  const text = await run('groups', ...options);
  expect(text.match(/\b(application|tier)-[a-f\d]{4}\b/g) ?? []).toEqual(ids);
  expect(text.includes('has a member that is less than 50 % sure')).toBe(ids.length === 0);
});

it('shows a group by how its id begins', async () => {
  expect(await run('groups', 'show', 'ce5')).toBe(
    [
      'front of shop  tier  [tier-ce56]',
      '  of shop, role web, 2 workloads, since 2026-11-16 10:00 UTC',
      '',
      'For it',
      '  they talk to each other',
      '',
      'Against it',
      '  web2 talks to others too',
      '',
      'Members',
      '  web1  90 % sure',
      '  web2  20 % sure, next best db of shop (80 % of the fit here)',
      '',
      'Disagreements',
      '  web2: labelled role:db',
      '',
    ].join('\n'),
  );
});

it('says why a workload is in its groups', async () => {
  const text = await run('why-group', '10.1.1.6');
  expect(text).toContain('web2, managed: 10.1.1.6\n');
  expect(text).toContain(
    'In tier front of shop  [tier-ce56]\n  20 % sure, 2 workloads, role web, next best db of shop (80 % of the fit here)\n  they talk to each other\n  against: web2 talks to others too\n',
  );
  expect(text).toContain('In common with front of shop\n  uses postgres (tcp/5432): 1 of 1 other, 0.0 % elsewhere\n');
  expect(text).toContain('What it does and front of shop does not\n  uses https (tcp/443): 0 of 1 other');
  expect(text).toMatch(
    /Whom it talks to, as known by now\n {2}shop \(application\): 2 workloads, \d+ connections; uses/,
  );
});

it('takes decisions by name, shows them, and takes them back', async () => {
  const said = await run('groups', 'pin', 'front of shop', '10.1.1.6', 'web1', '--reason', 'so we run it');
  const [, id = ''] = /groups undo (decision-\w+)/.exec(said) ?? [];
  expect(said).toMatch(
    /^ann's pinning of 2 workloads to front of shop on [-\d]+: the next `wayleave analyze` holds to it/,
  );
  const listed = new RegExp(`^ann's pinning of .*: “so we run it”  \\[${id}\\]\n  web1, web2\n$`);
  expect(await run('groups', 'decisions')).toMatch(listed);
  expect(await run('groups', 'show', 'front of shop')).toContain(`“so we run it”  [${id}]`);
  expect(await run('why-group', 'web1')).toContain(`“so we run it”  [${id}]`);
  await run('groups', 'undo', id.slice(0, 14), '--by', 'bob', '--reason', 'no longer');
  expect(await run('groups', 'decisions')).toMatch(/\n {2}undone by bob, .*: “no longer”\n$/);
});

it('takes a group by the name it was given since the run', async () => {
  const [id = ''] = /decision-\w+/.exec(await run('groups', 'rename', 'shop', 'billing')) ?? [];
  expect(await run('groups', 'confirm', 'billing')).toContain('confirmation of shop');
  expect(await run('groups', 'pin', 'db of billing', 'db1')).toContain('pinning of db1 to db of shop');
  await run('groups', 'undo', id);
  await expect(run('groups', 'confirm', 'billing')).rejects.toMatchObject({ code: 'unknown-group' });
});

it('takes a decision back by a beginning of its id that is enough, and one that stands', async () => {
  const [id = ''] = /decision-\w+/.exec(await run('groups', 'pin', 'front of shop', 'web1', '--reason', 'x')) ?? [];
  for (const written of ['', 'd', id.slice(9, 11)])
    await expect(run('groups', 'undo', written)).rejects.toMatchObject({ code: 'unknown-decision' });
  for (let n = 0; n < 6; n++) await run('groups', 'pin', 'front of shop', 'web1', '--reason', `${n}`);
  await expect(run('groups', 'undo', 'decision-')).rejects.toMatchObject({
    code: 'ambiguous-decision',
    message: expect.stringMatching(/"decision-": (decision-\w+, ){4}decision-\w+ and \d+ more; expected one/),
  });
  expect(await run('groups', 'undo', id.slice(9))).toContain('is undone');
  await expect(run('groups', 'undo', id.slice(9, 20))).rejects.toMatchObject({ code: 'already-undone' });
});

it.each([
  [['rename', 'shop', 'store'], 'renaming of shop to store'],
  [['confirm', 'db of shop'], 'confirmation of db of shop'],
  [['move', 'db of shop', 'web2'], 'move of web2 to db of shop'],
  [['merge', 'db of shop', 'front of shop'], 'merge of front of shop into db of shop'],
  [['split', 'front of shop', 'web2', '--name', 'side'], 'split of web2 from front of shop as side'],
  [['share', 'clock', '10.1.2.1', 'web1'], 'making of 2 workloads a shared service, clock'],
])('takes %j', async (args, words) => {
  expect(await run('groups', ...args)).toContain(words);
});

it('compares runs', async () => {
  const window = '2026-11-16 10:00 UTC  2026-11-16 11:00 UTC';
  expect((await run('groups', 'runs')).split('\n').slice(1, -1)).toEqual([
    `2026-11-16 10:02 UTC  ${window}  topology-2`,
    `2026-11-16 10:01 UTC  ${window}  topology-1`,
  ]);
  expect(await run('groups', 'diff')).toContain('\nRenamed\n  web of shop is called front of shop now\n');
  expect(await run('groups', 'diff', 'topology-2', 'topology-2')).toContain('The same groups with the same members');
});

it.each([
  [['groups', 'show', 'font of shop'], 'unknown-group', 'did you mean front of shop?'],
  [['groups', 'show', 'tier-c'], 'ambiguous-group', 'tier-cd34 (db of shop), tier-ce56 (front of shop)'],
  [['groups', 'move', 'shop', 'web9'], 'unknown-workload', 'did you mean web'],
  [['groups', 'undo', 'none'], 'unknown-decision', 'none'],
  [['groups', 'diff', 'topology-0'], 'no-topology', 'topology-0'],
  [['groups', 'diff', 'topol'], 'ambiguous-run', 'topology-2, topology-1; expected one'],
  [
    ['analyze', '--from', '2026-11-16T11:00:00Z', '--to', '2026-11-16T10:00:00Z'],
    'bad-window',
    'begins at 2026-11-16T11:00:00.000Z and ends at 2026-11-16T10:00:00.000Z; expected it to end later',
  ],
  [['why-group', 'wbe1'], 'unknown-workload', 'did you mean web1?'],
])('refuses %j', async (args, code, message) => {
  await expect(run(...args)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

it('asks who decides where the operating system does not say', async () => {
  jest.spyOn(os, 'userInfo').mockImplementationOnce(() => {
    throw new Error('uv_os_get_passwd returned ENOENT');
  });
  await expect(runAs({}, ['groups', 'confirm', 'shop'])).rejects.toMatchObject({
    code: 'no-decider',
    message: expect.stringContaining('--by'),
  });
});

it.each(['scaner', ''])('knows no kind of groups "%s", and says which there are', async (kind) => {
  const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  await expect(run('groups', '--kind', kind)).rejects.toMatchObject({
    code: 'commander.invalidArgument',
    message: expect.stringContaining('application, tier, shared-service, scanner, external, unknown'),
  });
  said.mockRestore();
});

it.each([
  [['renam', 'shop', 'x', '--reason', 'y'], 'there is no command groups renam; did you mean rename?'],
  [['everything'], 'there is no command groups everything; expected one of list, show, rename'],
])('knows no groups %j', async (args, message) => {
  const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  await expect(run('groups', ...args)).rejects.toMatchObject({
    code: 'commander.unknownCommand',
    message: expect.stringContaining(message),
  });
  said.mockRestore();
});
