import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { migrate, openEmbedded } from '../../../ingest/store';
import { of, SHOP, tcp } from '../../../recommender/model/policy.fixture';
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

const data = mkdtempSync(join(tmpdir(), 'wayleave-policies-cli-'));
const out = join(data, 'rules');

beforeAll(async () => {
  const store = openEmbedded(data);
  await migrate(store);
  await createDocuments(store, () => new Date(1_760_000_000_000)).save('policy', SHOP.id, SHOP);
  await store.close();
});
afterAll(async () => {
  await (await mockOpened)?.close();
  rmSync(data, { recursive: true, force: true });
});

const run = async (...args: string[]): Promise<string> => {
  const stdout = new PassThrough();
  const env = { WAYLEAVE_LOG__LEVEL: 'silent', USER: 'ann' };
  const terminal = { stdin: new PassThrough(), stdout, stderr: new PassThrough(), env };
  await createProgram(terminal).parseAsync(['--data', data, ...args], { from: 'user' });
  return String(stdout.read());
};

it('takes a recommendation through its life', async () => {
  expect(await run('policy')).toMatch(/^there is no policy yet/);
  expect(await run('policy', 'create', '--name', 'production')).toMatch(/^production is policy policy-\w+, a draft/);
  expect(await run('policy', 'owner', 'production', 'shop team')).toMatch(/ann made shop team its owner\n$/);
  const inbound = ['--group', 'web of shop', '--direction', 'inbound'];
  for (const step of ['review', 'approve', 'stage']) await run('policy', step, 'production');
  await expect(run('policy', 'enforce', 'production', ...inbound)).rejects.toMatchObject({ code: 'gate' });
  expect(await run('policy', 'enforce', 'production', ...inbound, '--override', 'a drill')).toMatch(
    /ann enforced connections to web of shop in revision 1: 2 rules and closings; the gate: .* has not been run for this revision; done against it because a drill\n$/,
  );
  await run('policy', 'comment', 'production', 'why 80?', '--rule', 'r-public');
  const shown = await run('policy', 'show', 'production');
  expect(shown).toMatch(/owner shop team; revision 1 is in force; 14 staged, 2 enforced/);
  expect(shown).toMatch(/enforced +ann +r-public +r-public in words\n/);
  expect(shown).toMatch(/enforced +ann +web of shop +what else is inbound: deny\n/);
  expect(shown).toMatch(/Enforced though the gate had not passed it\n.*a drill/);
  expect(shown).toMatch(/ann on rule r-public: why 80\?/);
  expect(await run('policy', 'list')).toMatch(/production +policy-\w+ +1 +revision 1 +shop team +7\n/);
});

it('exports what is in force, or all of it', async () => {
  const exported = async (...args: string[]) => {
    await run('export', '--backend', 'json', '--out', out, '--policy', ...args);
    return (JSON.parse(readFileSync(join(out, 'policy.json'), 'utf8')) as { policy: typeof SHOP }).policy;
  };
  expect((await exported('production')).closures).toContainEqual({ group: 'web', inbound: 'deny', outbound: 'alert' });
  expect((await exported('production@1', '--draft')).closures).toBeUndefined();
  expect((await exported(SHOP.id)).closures).toBeUndefined();
  expect(await run('replay', '--policy', 'production@1', '--why', '10.0.2.1 -> 10.0.3.1:5432/tcp')).toContain(
    'r-app-db',
  );
  await expect(exported('nothing')).rejects.toMatchObject({ code: 'unknown-policy' });
});

it('edits, compares and goes back', async () => {
  const file = join(data, 'edits.json');
  const rule = { action: 'allow', sources: [of('db')], destinations: [of('web')], services: [tcp(25)] };
  writeFileSync(file, JSON.stringify([{ kind: 'add', section: 'application:shop', rule }]));
  const said = 'new: db of shop may reach web of shop on smtp (25/tcp)';
  expect(await run('policy', 'edit', 'production', file, '--dry-run')).toContain(
    `nothing was saved: 1 change\n\nChanges\n  ${said}\n`,
  );
  expect(await run('policy', 'edit', 'production', file)).toMatch(/^Saved as revision 2, a draft: 1 change\n/);
  expect(await run('policy', 'diff', 'production')).toBe(
    `revision 1 to 2: 1 change\n\nChanges\n  ${said}\n\nLet through only now\n  tcp 10.0.3.1 → 10.0.1.2 port 25\n`,
  );
  expect(await run('policy', 'revise', 'production', '--dry-run')).toMatch(
    /^It would come to this; nothing was saved: 0 changes/,
  );
  expect(await run('policy', 'rollback', 'production', '1')).toMatch(/^revision 3 says what revision 1 did\n/);
  expect(await run('policy', 'leases', 'production')).toBe('no rule is leased: all are for ever\n');
  expect(await run('policy', 'leases', 'production', '--tend')).toMatch(/^renewed 0 by use; nothing to propose\n/);
  const history = (await run('policy', 'history', 'production')).split('\n');
  expect(history[0]).toMatch(/^1\. .* ann created it as revision 1, 16 rules and closings of it new$/);
  expect(history.at(-2)).toMatch(/^9\. .* ann rolled it back as revision 3, 0 rules and closings of it new$/);
});

it('withdraws what is in force, whatever the newest revision is', async () => {
  expect(await run('policy', 'withdraw', 'production')).toMatch(
    /in revision 1: 16 rules and closings, back to draft\n$/,
  );
});

it.each([
  [
    ['policy', 'stage', 'production', '--rule', 'r-dns', '--section', 's'],
    /expected one of --section, --group and --rule/,
  ],
  [['policy', 'stage', 'production', '--direction', 'inbound'], /--direction only with --group/],
  [['policy', 'review', 'production', '--expect', '3'], /was meant for 3: ann has done something since/],
  [['policy', 'create', '--file', join(data, 'edits.json')], /edits.json: /],
])('refuses %j', async (args, message) => {
  await expect(run(...args)).rejects.toThrow(message);
});
