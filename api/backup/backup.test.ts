import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentOf, readSnapshot } from '../../analytics/inventory';
import {
  encodeAwsVpc,
  encodeIpfix,
  generateEstate,
  generateFlows,
  inventoryCsv,
  type FlowExporter,
  type VpcFlowLog,
} from '../../fixtures/generate';
import { exporterQuality } from '../../ingest/exporters';
import { readFlows } from '../../ingest/flows';
import { createLog } from '../../ingest/kernel/log';
import { createSpace } from '../../ingest/spool';
import { migrate, NEWEST_SCHEMA, openEmbedded } from '../../ingest/store';
import { MIGRATIONS } from '../../ingest/store/schema';
import { configSchema } from '../config/config';
import { openWayleave } from '../main';
import { backUp } from './backup';
import { createBackups } from './backups';
import { restore } from './restore';
import { createTurns } from './turns';

const estate = generateEstate({ seed: 5, profile: 'demo' });
const hour = [...generateFlows(estate, { seed: 5, day: 1, from: 10 * 3600, seconds: 1200 })];
const observer = (format: string) => estate.observers.find((each) => each.format === format);

const space = createSpace(0);
const clock = () => new Date('2026-11-20T12:00:00Z');
const quiet = { space, clock, report: () => undefined };

jest.setTimeout(120_000);

describe('backup and restore', () => {
  const root = mkdtempSync(join(tmpdir(), 'wayleave-backup-'));
  const data = join(root, 'data');
  const kept = join(root, 'kept');
  const uploads = { 'vpc.log': join(root, 'vpc.log'), 'flows.ipfix': join(root, 'flows.ipfix') };

  const open = (directory: string) =>
    openWayleave(configSchema.parse({ data: directory, log: { level: 'silent' } }), createLog('silent'), { clock });

  /** Every row of every table, and what people and programs ask. */
  const answers = async (directory: string) => {
    const wayleave = await open(directory);
    const { store, analysis, documents } = wayleave;
    // What was replaced is merged away whenever the engine likes, in one of two copies sooner than in the other.
    const tables = await store.query<{ name: string; final: string }>(
      `SELECT name, if(engine LIKE 'Replacing%', 'FINAL', '') AS final FROM system.tables
       WHERE database = currentDatabase() AND name != 'migrations' ORDER BY name`,
    );
    const contents: unknown[] = [];
    for (const { name, final } of tables)
      contents.push(
        name,
        await store.query(`SELECT count() AS rows, sum(cityHash64(*)) AS hash FROM ${name} ${final}`),
      );
    const policy = await analysis.policy();
    const found = {
      contents,
      topology: await analysis.topology(),
      policy,
      replay: await analysis.replay(policy),
      recommendations: await documents.list('policy'),
      exporters: await exporterQuality(store, { from: 0, to: 2_000_000_000 }),
      flows: await readFlows(store, {}, 50),
    };
    await wayleave.close();
    return found;
  };

  const backedUp = async (from: string, to: string) => {
    const store = openEmbedded(from);
    try {
      return await backUp({ store, data: from, turns: createTurns() }, to, quiet);
    } finally {
      await store.close();
    }
  };

  beforeAll(async () => {
    writeFileSync(uploads['vpc.log'], [...encodeAwsVpc(hour, observer('aws-vpc') as VpcFlowLog)].join(''));
    writeFileSync(uploads['flows.ipfix'], Buffer.concat([...encodeIpfix(hour, observer('ipfix') as FlowExporter)]));
    const wayleave = await open(data);
    const csv = documentOf('inventory.csv', inventoryCsv(estate, { day: 1, labelled: 0 }));
    await wayleave.inventory.import({ source: 'inventory', ...readSnapshot([csv], { options: {} }) });
    for (const [name, path] of Object.entries(uploads)) await wayleave.take(path, name);
    await wayleave.analysis.analyze({});
    await wayleave.analysis.recommend('first');
    await wayleave.close();
    writeFileSync(join(data, 'token'), 'secret\n');
    writeFileSync(join(data, 'templates.json'), '{"templates":1}');
    mkdirSync(join(data, 'watch'));
    writeFileSync(join(data, 'watch', 'directory-0123.json'), '{"cursor":1}');
    const resumable = join(data, 'incoming', 'resumable');
    mkdirSync(join(resumable, 'receipts'), { recursive: true });
    writeFileSync(join(resumable, 'whole'), 'body');
    writeFileSync(join(resumable, 'whole.json'), '{"id":"whole","size":4}');
    writeFileSync(join(resumable, 'partial'), 'bo');
    writeFileSync(join(resumable, 'partial.json'), '{"id":"partial","size":4}');
    writeFileSync(join(resumable, 'receipts', 'taken.json'), '{"size":4,"ended":1}');
    mkdirSync(join(data, 'spool', 'aside'), { recursive: true });
    writeFileSync(join(data, 'spool', 'aside', 'odd.reason'), 'odd\n');
    const segment = { schema: 99, layout: ['later'], rows: 1 };
    writeFileSync(join(data, 'spool', 'waiting.json'), JSON.stringify(segment));
    writeFileSync(join(data, 'spool', 'waiting.rows'), 'x');
    writeFileSync(join(data, 'spool', 'growing.json'), '{"schema":2,"open":true,"layout":["protocol"]}');
    writeFileSync(join(data, 'spool', 'growing.rows'), 'x');
    await backedUp(data, kept);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('answers the same from a restored copy, and knows files that it has taken', async () => {
    const copy = join(root, 'copy');
    const summary = await restore(kept, copy, quiet);
    expect(summary).toMatchObject({ data: copy, schema: NEWEST_SCHEMA, migrated: [], ignored: [] });
    expect(await answers(copy)).toEqual(await answers(data));
    const wayleave = await open(copy);
    for (const [name, path] of Object.entries(uploads))
      expect(await wayleave.take(path, name)).toMatchObject({ name, duplicate: true });
    await wayleave.close();
  });

  it('keeps what was received and not lost, and leaves the token and what is half there', async () => {
    const copy = join(root, 'state');
    await restore(kept, copy, quiet);
    const files = readdirSync(copy, { recursive: true, encoding: 'utf8' })
      .filter((path) => !path.startsWith('engine') && statSync(join(copy, path)).isFile())
      .sort();
    expect(files).toEqual([
      'incoming/resumable/receipts/taken.json',
      'incoming/resumable/whole',
      'incoming/resumable/whole.json',
      'spool/aside/odd.reason',
      'spool/waiting.json',
      'spool/waiting.rows',
      'templates.json',
      'watch/directory-0123.json',
    ]);
    for (const path of files) expect(readFileSync(join(copy, path))).toEqual(readFileSync(join(data, path)));
  });

  it('is for its owner only, and leaves nothing where it was taken', () => {
    expect(statSync(kept).mode & 0o777).toBe(0o700);
    for (const path of readdirSync(kept, { recursive: true, encoding: 'utf8' })) {
      const { mode } = statSync(join(kept, path));
      expect([path, mode & 0o077]).toEqual([path, 0]);
    }
    expect(existsSync(join(data, 'snapshot'))).toBe(false);
    expect(readdirSync(join(data, 'engine', 'shadow'))).toEqual([]);
  });

  it('can be checked with sha256sum', () => {
    expect(() =>
      execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: kept }),
    ).not.toThrow();
  });

  const aPart = (): string => {
    const [, path = ''] =
      /^\w{64} {2}(tables\/flows\/.*data.*)$/m.exec(readFileSync(join(kept, 'SHA256SUMS'), 'utf8')) ?? [];
    return path;
  };

  it.each<[string, (copy: string) => void, RegExp]>([
    ['a changed byte', (copy) => flip(join(copy, aPart())), /tables\/flows\/.*SHA-256 differs/],
    ['a missing file', (copy) => rmSync(join(copy, aPart())), /tables\/flows\/.*no such file/],
    ['a file cut short', (copy) => writeFileSync(join(copy, aPart()), ''), /tables\/flows\/.*SHA-256 differs/],
    ['a changed listing', (copy) => appendFileSync(join(copy, 'SHA256SUMS'), '\n'), /SHA256SUMS: it is not what was/],
    ['no listing', (copy) => rmSync(join(copy, 'SHA256SUMS')), /SHA256SUMS/],
    ['no manifest', (copy) => rmSync(join(copy, 'backup.json')), /backup\.json: it is missing/],
    ['another manifest', (copy) => writeFileSync(join(copy, 'backup.json'), '{"format":2}'), /backup\.json: .*format/s],
    ['half a manifest', (copy) => writeFileSync(join(copy, 'backup.json'), '{'), /backup\.json/],
    [
      'other row counts',
      (copy) => change(copy, (text) => text.replace(/"rows": [1-9]/, '"rows": 99')),
      /rows, its man/,
    ],
  ])('refuses %s, and leaves nothing', async (_, harm, message) => {
    const copy = join(root, 'harmed');
    execFileSync('cp', ['-r', kept, copy]);
    harm(copy);
    const target = join(root, 'nowhere');
    await expect(restore(copy, target, quiet)).rejects.toMatchObject({
      code: 'bad-backup',
      message: expect.stringMatching(message),
    });
    expect(readdirSync(root).filter((name) => name.includes('nowhere'))).toEqual([]);
    rmSync(copy, { recursive: true });
  });

  it('refuses a backup of a newer schema', async () => {
    const copy = join(root, 'newer');
    execFileSync('cp', ['-r', kept, copy]);
    change(copy, (text) => text.replace(/"schema": \d+/, '"schema": 999'));
    await expect(restore(copy, join(root, 'nowhere'), quiet)).rejects.toMatchObject({
      code: 'backup-newer',
      message: expect.stringContaining('schema 999'),
    });
  });

  it('brings an older schema up to date, and leaves out what is not ours', async () => {
    const old = join(root, 'old');
    const store = openEmbedded(old);
    await migrate(store, MIGRATIONS.slice(0, 3));
    await store.insert('documents', [{ kind: 'policy', id: 'early', created: 1, body: '{}' }]);
    await store.command('CREATE TABLE scratch (number UInt8) ENGINE = MergeTree ORDER BY number');
    await store.insert('scratch', [{ number: 1 }]);
    await backUp({ store, data: old, turns: createTurns() }, join(root, 'old-backup'), quiet);
    await store.close();
    const copy = join(root, 'upgraded');
    expect(await restore(join(root, 'old-backup'), copy, quiet)).toMatchObject({
      schema: 3,
      ignored: ['scratch'],
      migrated: MIGRATIONS.slice(3).map(({ name }) => name),
    });
    const wayleave = await open(copy);
    expect(await wayleave.documents.list('policy')).toMatchObject([{ id: 'early' }]);
    expect(await wayleave.store.query('SELECT count() AS rows FROM flow_details')).toEqual([{ rows: 0 }]);
    await wayleave.close();
  });

  it('writes over nothing', async () => {
    await expect(restore(kept, data, quiet)).rejects.toMatchObject({
      code: 'not-empty',
      message: expect.stringContaining('--data'),
    });
    await expect(backedUp(data, kept)).rejects.toMatchObject({ code: 'not-empty' });
    expect(existsSync(join(kept, 'backup.json'))).toBe(true);
  });

  it('wants room before it begins, and leaves nothing', async () => {
    const full = { ...quiet, space: createSpace(0, () => Promise.resolve(1000)) };
    await expect(restore(kept, join(root, 'nowhere'), full)).rejects.toMatchObject({ code: 'no-space' });
    const store = openEmbedded(data);
    const folder = join(root, 'no-room');
    await expect(backUp({ store, data, turns: createTurns() }, folder, full)).rejects.toMatchObject({
      code: 'no-space',
    });
    await store.close();
    expect(readdirSync(folder)).toEqual([]);
    expect(existsSync(join(data, 'snapshot'))).toBe(false);
  });

  it('is not hindered by what was killed', async () => {
    const copy = join(root, 'again');
    mkdirSync(join(root, 'disk'));
    symlinkSync(join(root, 'disk'), copy);
    mkdirSync(join(root, '.disk.restoring', 'engine'), { recursive: true });
    await restore(kept, copy, quiet);
    expect(existsSync(join(root, 'disk', 'engine'))).toBe(true);
    expect(existsSync(join(root, '.disk.restoring'))).toBe(false);

    mkdirSync(join(copy, 'snapshot', 'spool'), { recursive: true });
    mkdirSync(join(copy, 'backups', '2026-11-19T00-00-00Z'), { recursive: true });
    mkdirSync(join(copy, 'backups', 'by-hand'));
    const store = openEmbedded(copy);
    await store.command(`ALTER TABLE flows FREEZE WITH NAME 'backup'`);
    writeFileSync(join(copy, 'engine', 'shadow', 'increment.txt'), '');
    const backups = createBackups({ store, data: copy, turns: createTurns() }, { space, clock });
    expect(await backups.create(() => undefined)).toMatchObject({
      folder: join(copy, 'backups', '2026-11-20T12-00-00Z'),
    });
    await store.close();
    expect(readdirSync(join(copy, 'backups')).sort()).toEqual(['2026-11-20T12-00-00Z', 'by-hand']);
  });

  it('takes only what a data directory has', async () => {
    const copy = join(root, 'planted');
    execFileSync('cp', ['-r', kept, copy]);
    const listing = join(copy, 'SHA256SUMS');
    writeFileSync(listing, `${'0'.repeat(64)}  state/token\n`);
    const sum = execFileSync('sha256sum', [listing], { encoding: 'utf8' }).slice(0, 64);
    change(copy, (text) => text.replace(/"listing": "\w+"/, `"listing": "${sum}"`));
    await expect(restore(copy, join(root, 'nowhere'), quiet)).rejects.toMatchObject({
      code: 'bad-backup',
      message: expect.stringContaining('state/token'),
    });
  });
});

function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

function change(backup: string, edit: (manifest: string) => string): void {
  const path = join(backup, 'backup.json');
  writeFileSync(path, edit(readFileSync(path, 'utf8')));
}
