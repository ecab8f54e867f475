import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { hourOf, putHours, TEN } from '../../analytics/conversations/query/testing/conversations';
import { describeSystem } from '../../fixtures/system';
import { createLog } from '../../ingest/kernel/log';
import { groupOf, of, policyOf, ruleOf, tcp } from '../../recommender/model/policy.fixture';
import { topologyGroup, workloadOf } from '../../recommender/propose/topology.fixture';
import { configSchema } from '../config/config';
import { openWayleave, type Serving } from '../main';

const CHROMIUM = '/usr/bin/chromium';
const WINDOW = { from: TEN - 86_400, to: TEN };
/** Two tiers, one rule, and a use of the hour after that no rule covers. */
const POLICY = {
  ...policyOf(
    [
      {
        id: 'application:shop',
        category: 'application',
        name: 'shop',
        rules: [ruleOf('r-web-db', [of('shop-web')], [of('shop-db')], [tcp(5432)])],
      },
    ],
    [groupOf('shop-db', 'db of shop', ['10.0.3.1']), groupOf('shop-web', 'web of shop', ['10.0.1.1'])],
    ['shop-db', 'shop-web'],
  ),
  created: new Date(TEN * 1000).toISOString(),
  window: WINDOW,
};
const TOPOLOGY = {
  id: 't-1',
  window: WINDOW,
  workloads: [workloadOf('10.0.3.1', ['10.0.3.1']), workloadOf('10.0.1.1', ['10.0.1.1'])],
  groups: [
    topologyGroup('shop', 'application', ['10.0.3.1', '10.0.1.1']),
    topologyGroup('shop-db', 'tier', ['10.0.3.1'], 'shop'),
    topologyGroup('shop-web', 'tier', ['10.0.1.1'], 'shop'),
  ],
};
const missing = (): string | undefined => (existsSync(CHROMIUM) ? undefined : 'no browser: apt-get install chromium');

describeSystem('the life of a policy in a browser, with the server itself', missing, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-life-'));
  const built = join(folder, 'console');
  let wayleave: Awaited<ReturnType<typeof openWayleave>>;
  let serving: Serving;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    execFileSync(process.execPath, [join(__dirname, 'build.mjs'), built]);
    const config = configSchema.parse({
      data: join(folder, 'data'),
      http: { port: 0 },
      collect: { udp: [{ port: 0 }] },
      analysis: { everyMinutes: 0 },
      log: { level: 'silent' },
    });
    wayleave = await openWayleave(config, createLog('silent'));
    serving = await wayleave.serve();
    await putHours(wayleave.store, [
      hourOf(0, '10.0.1.1', '10.0.3.1', { port: 5432 }),
      hourOf(0, '10.0.1.1', '10.0.3.1', { port: 6379 }),
      hourOf(1, '10.0.1.1', '10.0.3.1', { port: 6379 }),
    ]);
    await wayleave.documents.save('topology', TOPOLOGY.id, TOPOLOGY);
    await wayleave.documents.save('policy', POLICY.id, POLICY);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    page.on('pageerror', (error) => complaints.push(String(error)));
    // What `npm run build` puts beside the server is not there when it runs from its sources.
    await page.route(
      ({ pathname }) => !pathname.startsWith('/api/'),
      (route) => {
        const { pathname } = new URL(route.request().url());
        return route.fulfill({ path: join(built, pathname === '/' ? 'index.html' : pathname) });
      },
    );
    await page.goto(`${serving.url}/#token=${serving.token}&tab=policies`);
  });
  afterAll(async () => {
    await browser.close();
    await serving.stop();
    await wayleave.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const press = (name: string | RegExp) => page.getByRole('button', { name }).click();
  async function decide(fields: Readonly<Record<string, string>>): Promise<void> {
    const form = page.locator('form.decision-form');
    for (const [label, value] of Object.entries(fields)) await form.getByLabel(label).fill(value);
    await form.getByRole('button', { name: 'Decide' }).click();
  }
  const closed = () => page.locator('form.decision-form').waitFor({ state: 'detached' });

  it('goes from a recommendation through the stages, and against the proof only with a reason', async () => {
    await press('Make a policy of the recommendation');
    await decide({ 'Its name': 'shop rules', Reason: 'a start', 'Your name': 'ann' });
    await closed();
    for (const step of ['Mark as reviewed', 'Approve', 'Stage, alert only']) {
      await press(`${step}: everything of shop rules`);
      await decide({ Reason: 'read it', 'Your name': 'bob' });
      await closed();
    }
    await page.getByText('revision 1 is staged and only logs').waitFor();
    await press('Enforce: everything of shop rules');
    await decide({ Reason: 'tonight' });
    await page
      .getByRole('alert')
      .getByText(/revision 1/)
      .waitFor();
    await decide({ 'Why it is right although the proof does not pass, if that is so': 'a network of two' });
    await page.getByText(/enforced by bob on .* against the proof .*: a network of two/).waitFor();
    await page.getByText('revision 1 is in force').waitFor();
  });

  it('takes what drift found into a revision, shows it on the map, and goes back', async () => {
    const [policy] = await wayleave.policies.list();
    await wayleave.watch.evaluate(policy?.id ?? '');
    await page.getByRole('tab', { name: 'Drift' }).click();
    await page.getByText('1 rule would cover what is new').click();
    await press('Draft them into shop rules');
    await decide({ Reason: 'a cache' });
    await page.getByText('They are in a new revision of shop rules, as drafts.').waitFor();
    await page.getByLabel('Lines').selectOption('draft');
    await page.getByText(/^of 2 conversations .*rules allow 2,/).waitFor();
    await page.getByRole('tab', { name: 'Policies' }).click();
    await page.getByText(/^new: .*6379/).waitFor();
    await press('Go back to revision 1');
    await decide({ Reason: 'not yet' });
    await page.getByText('They say the same.').waitFor();
    expect(complaints).toEqual([]);
  });
});
