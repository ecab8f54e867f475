import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { chromium, type Browser, type Page } from 'playwright-core';
import { describeSystem } from '../../fixtures/system';
import { describeDecision } from '../../analytics/group/decisions';
import { settleWish } from '../../analytics/group/decisions/settle-wish';
import { messageOf } from '../../ingest/kernel/errors';
import { decisions, diffAnswer, exporters, mapAnswer, policy, replay, runs, status, topology } from './estate.fixture';
import { LIFE } from './life.fixture';
import type { DecisionAnswer, DecisionBody } from './contract';
import { consoleRouter } from './serve';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
const TOKEN = 'made-up-token';

/** Answers of the made-up estate under the API's paths, behind a token like the real ones. */
function estateServer(folder: string): express.Express {
  const app = express();
  const taken: DecisionAnswer[] = [...decisions];
  app.use('/api', (request, response, next) => {
    if (request.get('Authorization') === `Bearer ${TOKEN}`) next();
    else
      response
        .status(401)
        .json({ type: 'about:blank', title: 'No token', status: 401, detail: '', code: 'unauthorized' });
  });
  app.get('/api/v1/map', ({ query }, response) => {
    const { expand, compliance } = query;
    response.json(mapAnswer(typeof expand === 'string' ? expand.split(',') : [], compliance !== undefined));
  });
  app.get('/api/v1/groups', (_, response) => void response.json(topology));
  app.get('/api/v1/groups/decisions', (_, response) => void response.json(taken));
  app.post('/api/v1/groups/decisions', express.json(), ({ body }, response) => {
    const { wish, by, reason } = body as DecisionBody;
    try {
      const standing = taken.filter(({ undone }) => !undone);
      const number = taken.length + 2;
      const decision = {
        id: `decision-${number}`,
        number,
        at: topology.window.to,
        by,
        reason,
        topology: topology.id,
        ...settleWish(wish, topology, standing),
      };
      taken.push({ ...decision, text: describeDecision(decision) });
      response.status(201).json(taken.at(-1));
    } catch (error) {
      response.status(400).json({ detail: messageOf(error) });
    }
  });
  app.delete('/api/v1/groups/decisions/:id', ({ params, query }, response) => {
    const at = taken.findIndex(({ id }) => id === params.id);
    const decision = taken[at];
    if (!decision) return void response.status(404).json({ detail: 'No such decision' });
    const { by, reason } = query as Record<string, string>;
    taken[at] = { ...decision, undone: { at: topology.window.to, by: by ?? '', reason: reason ?? '' } };
    response.json(taken[at]);
  });
  app.get('/api/v1/groups/runs', (_, response) => void response.json(runs));
  app.get('/api/v1/groups/diff', ({ query }, response) => {
    const { from = '', to = '' } = query as Record<string, string>;
    response.json(diffAnswer(from, to));
  });
  app.get('/api/v1/recommendations/latest', (_, response) => void response.json(policy));
  app.get('/api/v1/recommendations/latest/replay', (_, response) => void response.json(replay));
  app.get('/api/v1/status', (_, response) => void response.json(status));
  app.get('/api/v1/exporters', (_, response) => void response.json(exporters));
  for (const [path, body] of Object.entries(LIFE))
    app.get(`/api/v1/${path}`, (_, response) => void response.json(body));
  return app.use(consoleRouter(folder));
}

const missing = (): string | undefined => (existsSync(CHROMIUM) ? undefined : 'no browser: apt-get install chromium');

describeSystem('the console in a browser', missing, () => {
  const folder = mkdtempSync(join(tmpdir(), 'console-'));
  let server: Server;
  let origin = '';
  let browser: Browser;
  let page: Page;
  let complaints: string[] = [];
  let elsewhere: string[] = [];

  beforeAll(async () => {
    execFileSync(process.execPath, [join(__dirname, 'build.mjs'), folder]);
    server = estateServer(folder).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });
  afterAll(async () => {
    await browser.close();
    server.close();
    rmSync(folder, { recursive: true });
  });
  afterEach(() => page.close());

  /** What the page had to complain about, and what it asked of anybody else. */
  const trouble = (): string[] => [...complaints, ...elsewhere];

  async function open(hash: string, colorScheme: 'light' | 'dark' = 'light', width = 1440): Promise<void> {
    complaints = [];
    elsewhere = [];
    page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(origin) && !url.startsWith('data:')) elsewhere.push(url);
    });
    await page.goto(`${origin}/#token=${TOKEN}${hash}`);
    await box('Application shop').waitFor();
  }

  const box = (label: string) => page.locator(`[role=treeitem][aria-label^="${label}"]`);
  const rows = () => page.locator('.rules tbody tr').count();
  const address = (): URLSearchParams => new URLSearchParams(new URL(page.url()).hash.slice(1));

  it('opens and closes an application, keeps that in the address and the token out of it', async () => {
    await open('');
    expect(address().has('token')).toBe(false);
    expect(await box('Tier web').count()).toBe(0);
    await box('Application shop').click();
    await box('Tier web').waitFor();
    expect(await box('Application shop').getAttribute('aria-expanded')).toBe('true');
    expect(address().getAll('expand')).toEqual(['shop']);
    await page.reload();
    await box('Tier web').waitFor();
    await page.goBack();
    await box('Tier web').waitFor({ state: 'detached' });
    expect(trouble()).toEqual([]);
  });

  it('searches and sorts the rules, and shows the reasons of one', async () => {
    await open('');
    const all = await rows();
    await page.getByRole('searchbox', { name: 'Search rules' }).fill('shop postgres');
    await expectEventually(rows, (found) => found > 0 && found < all);
    await page.getByRole('searchbox', { name: 'Search rules' }).fill('');
    await page.getByRole('columnheader', { name: 'Connections' }).getByRole('button').click();
    await page.locator('.rules tbody tr:first-child', { hasText: '240,118' }).waitFor();
    await page.getByRole('button', { name: /^app of shop may reach cache of shop/ }).click();
    const details = page.getByRole('complementary', { name: 'Details' });
    await details.getByText('the exporter stated who started').waitFor();
    expect(await page.locator('.box:not(.faded)').getAttribute('aria-label')).toMatch(/^Application shop/);
    expect(trouble()).toEqual([]);
  });

  it('narrows the table to a box and to a line', async () => {
    await open('&expand=shop');
    await box('Tier cache').click();
    await expectEventually(rows, (found) => found === 4);
    await page.locator('[data-edge="shop.web>shop.app:allowed"] .reach').dispatchEvent('click');
    await expectEventually(rows, (found) => found === 1);
    await page.getByRole('button', { name: /show all rules/ }).click();
    await expectEventually(rows, (found) => found > 40);
    expect(trouble()).toEqual([]);
  });

  it('takes a decision with its reason, and shows it', async () => {
    await open('');
    await box('Shared service Time').click();
    const details = page.getByRole('complementary', { name: 'Details' });
    await details.getByRole('button', { name: 'Refuse' }).click();
    await details.getByLabel('Your name').fill('ann');
    const decide = details.getByRole('button', { name: 'Decide' });
    await decide.click();
    expect(await page.evaluate<number>("document.querySelectorAll('.decision-form input:invalid').length")).toBe(1);
    await details.getByLabel('Reason').fill('one application’s own clock');
    await decide.click();
    await details.getByText(/^ann's refusal of Time on .*: one application’s own clock/).waitFor();
    await details.getByRole('button', { name: 'Rename' }).click();
    await details.getByLabel('New name').fill('wiki');
    await details.getByLabel('Reason').fill('short');
    expect(await details.getByLabel('Your name').inputValue()).toBe('ann');
    await decide.click();
    await details
      .getByRole('alert')
      .getByText(/"wiki" is taken by application wiki/)
      .waitFor();
    // The browser itself reports the 400.
    expect(trouble().filter((text) => !text.includes('400'))).toEqual([]);
  });

  it('moves, pins, splits and merges, without a mouse, and takes it back', async () => {
    await open('&box=wiki');
    const details = page.getByRole('complementary', { name: 'Details' });
    const decide = async (verb: string, fields: Readonly<Record<string, string>>): Promise<void> => {
      await details.getByRole('button', { name: verb, exact: true }).press('Enter');
      for (const [label, value] of Object.entries(fields)) await details.getByLabel(label).fill(value);
      await details.getByLabel('Reason').fill('by the register');
      await details.getByLabel('Your name').fill('ann');
      await page.keyboard.press('Enter');
    };
    const choose = (name: string) => details.getByRole('checkbox', { name }).press(' ');
    expect(await details.getByRole('button', { name: 'Move' }).isDisabled()).toBe(true);
    await choose('wiki-01');
    await decide('Move', { 'Group to move to': 'shpo' });
    await details.getByRole('alert').getByText('did you mean shop?').waitFor();
    await details.getByLabel('Group to move to').fill('shop');
    await page.keyboard.press('Enter');
    await details.getByText(/^ann's move of wiki-01 to shop on/).waitFor();
    await choose('wiki-02');
    await decide('Pin', {});
    await details.getByText(/^ann's pinning of wiki-02 to wiki on/).waitFor();
    await choose('wiki-db-01');
    await decide('Split off', { 'Name of the new group': 'archive' });
    await details.getByText(/^ann's split of wiki-db-01 from wiki as archive on/).waitFor();
    await decide('Merge', { 'Group to merge it into': 'warehouse' });
    await details.getByText(/^ann's merge of wiki into warehouse on/).waitFor();

    await page.getByRole('tab', { name: /^Decisions/ }).press('Enter');
    const table = page.locator('table.decisions');
    await table.getByRole('button', { name: /^Undo ann's move/ }).press('Enter');
    await table.locator('label', { hasText: 'Reason' }).locator('input:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('[aria-label^="Undo ann\'s move"]:focus').waitFor();
    await page.keyboard.press('Enter');
    await table.getByLabel('Reason').fill('a mistake');
    await page.keyboard.press('Enter');
    await table.getByText(/undone by ann .*: a mistake/).waitFor();
    expect(trouble().filter((text) => !text.includes('400'))).toEqual([]);
  });

  it('shows what changed between two analyses, and keeps in the address which', async () => {
    await open('&tab=changes');
    await page.getByText('shop split: 4 of 15 workloads are now billing').waitFor();
    await page.getByRole('button', { name: 'Show billing' }).first().click();
    await page.getByRole('heading', { name: 'billing', exact: true }).waitFor();
    await page.getByLabel('From').selectOption('analysis-5');
    await page.getByText('The same groups with the same members').waitFor();
    expect([address().get('from'), address().get('to')]).toEqual(['analysis-5', topology.id]);
    await page.goBack();
    await page.getByText('ntp is called Time now').waitFor();
    expect(trouble()).toEqual([]);
  });

  it('works without a mouse', async () => {
    await open('');
    await box('Application shop').focus();
    await page.keyboard.press('Enter');
    await box('Tier web').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.locator('[aria-label^="Tier web"]:focus').waitFor();
    await page.keyboard.press(' ');
    await page.getByRole('heading', { name: 'web of shop' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await box('Tier web').waitFor({ state: 'detached' });
    await page.locator('[aria-label^="Application shop"]:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: policy.name }).waitFor();
    expect(trouble()).toEqual([]);
  });

  it.each([
    ['light', 1440, ''],
    ['dark', 1440, ''],
    ['light', 1024, ''],
    ['dark', 1440, '&box=shop&tab=decisions'],
    ['light', 1024, '&box=shop.web&tab=changes'],
    ['light', 480, '&box=shop&tab=decisions'],
  ] as const)('can be read by everybody, %s at %d%s', async (scheme, width, place) => {
    await open(`&expand=shop${place}`, scheme, width);
    await page.screenshot({
      path: join(tmpdir(), `wayleave-console-${scheme}-${width}${place.replace(/\W+/g, '-')}.png`),
    });
    const found = await violations(page);
    expect(found).toEqual([]);
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth')).toBe(false);
    expect(trouble()).toEqual([]);
  });

  it('asks for a token when the one it has is not accepted', async () => {
    await open('');
    await page.evaluate("sessionStorage.setItem('wayleave-token', 'old')");
    await page.reload();
    await page.getByLabel('API token').fill(TOKEN);
    await page.getByRole('button', { name: 'Continue' }).click();
    await box('Application shop').waitFor();
    // The browser itself reports every 401.
    expect(trouble().filter((text) => !text.includes('401'))).toEqual([]);
  });
});

async function expectEventually(value: () => Promise<number>, holds: (value: number) => boolean): Promise<void> {
  let last = await value();
  for (let attempt = 0; attempt < 50 && !holds(last); attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    last = await value();
  }
  expect(holds(last) ? 'as expected' : last).toBe('as expected');
}

/** With layout and colours, which the check in jsdom lacks. */
async function violations(page: Page): Promise<string[]> {
  const axe = createRequire(require.resolve('jest-axe')).resolve('axe-core/axe.min.js');
  await page.evaluate(readFileSync(axe, 'utf8'));
  return page.evaluate<string[]>(
    "axe.run().then(({ violations }) => violations.map(({ help, nodes }) => help + ': ' + nodes.map((n) => n.html + n.failureSummary).join(' | ')))",
  );
}
