/** @jest-environment jsdom */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { axe } from 'jest-axe';
import {
  decisions,
  diffAnswer,
  exporters,
  mapAnswer,
  pipeline,
  policy,
  replay,
  runs,
  status,
  topology,
} from '../estate.fixture';
import { LIFE } from '../life.fixture';

/** The page as built, in a browser without layout: what it asks for, and whether everybody can use it. */

/** axe looks at some thousand elements, and jsdom is slow at telling which are visible. */
jest.setTimeout(30_000);

let script = '';
let asked: string[] = [];

const FULL: Readonly<Record<string, unknown>> = {
  status,
  exporters,
  groups: topology,
  'groups/decisions': decisions,
  'groups/runs': runs,
  'groups/diff': diffAnswer('analysis-6', topology.id),
  'recommendations/latest': policy,
  'recommendations/latest/replay': replay,
  ...LIFE,
};

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'console-'));
  execFileSync(process.execPath, [join(__dirname, '..', 'build.mjs'), folder]);
  script = readFileSync(join(folder, 'app.js'), 'utf8');
  rmSync(folder, { recursive: true });
  Element.prototype.scrollIntoView = () => undefined;
});

function answer(number: number, body: unknown): Pick<Response, 'ok' | 'status' | 'json'> {
  return { ok: number < 300, status: number, json: () => Promise.resolve(body) };
}

/** Opens the page at a place; what is not among the answers is 404. */
async function open(hash: string, answers: Readonly<Record<string, unknown>>, token = 'right'): Promise<HTMLElement> {
  asked = [];
  window.history.replaceState(null, '', `/${hash}`);
  window.sessionStorage.setItem('wayleave-token', token);
  document.documentElement.lang = 'en';
  document.title = 'Wayleave';
  document.body.innerHTML = '<div id="app"></div>';
  const fetch = (path: string, init: { headers: Record<string, string> }): Promise<unknown> => {
    asked.push(path);
    if (init.headers['Authorization'] !== 'Bearer right') return Promise.resolve(answer(401, { status: 401 }));
    const url = new URL(path, 'http://localhost/');
    const name = url.pathname.replace('/api/v1/', '');
    if (name === 'map' && answers !== EMPTY) {
      return Promise.resolve(
        answer(200, mapAnswer((url.searchParams.get('expand') ?? '').split(','), url.searchParams.has('compliance'))),
      );
    }
    return Promise.resolve(
      answers[name] !== undefined ? answer(200, answers[name]) : answer(404, { status: 404, detail: 'none' }),
    );
  };
  Object.assign(window, { fetch });
  window.eval(script);
  await settled();
  return document.body;
}

const EMPTY: Readonly<Record<string, unknown>> = {
  exporters: [],
  'groups/decisions': [],
  status: { flows: 0, uploads: 0, exporters: 0, pipeline, jobs: [] },
  map: {
    view: { width: 0, height: 0, regions: [], boxes: [], edges: [], hidden: { boxes: 0, edges: 0 } },
    window: null,
    topology: null,
  },
};

const withPipeline = (change: Partial<typeof pipeline>): Readonly<Record<string, unknown>> => ({
  ...FULL,
  status: { ...status, flows: null, pipeline: { ...pipeline, ...change } },
});

async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 20));
}

it.each<[string, { hash?: string; answers?: Readonly<Record<string, unknown>>; token?: string; text: string }]>([
  ['the map and how the rules do', { hash: '#search=cache', text: 'of legitimate connections would be denied' }],
  [
    'what the policy says of all that was seen',
    { hash: '#lines=draft&search=cache', text: 'of 1,841 conversations rules allow 1,204' },
  ],
  ['an open application', { hash: '#expand=shop&box=shop&search=cache', text: 'these hosts talk to each other' }],
  [
    'a tier, and where its members would be otherwise',
    { hash: '#expand=wiki&box=wiki.web&search=cache', text: 'Next best: web of shop, 71% of the fit here' },
  ],
  ['who was logged on', { hash: '#box=stray&search=cache', text: 'logged on: ann, bob' }],
  ['what was decided', { hash: '#box=directory&search=cache', text: 'two domain controllers' }],
  ['what could not be seen', { hash: '#search=cache', text: 'only 24 hours of traffic' }],
  [
    'what crosses environments',
    { hash: '#search=cache', text: 'worker-03 (test) → wiki-db-01 (prod) on tcp/5432, 412 connections' },
  ],
  [
    'what of a group crosses environments',
    { hash: '#box=wiki&search=cache', text: 'worker-03 (test) → wiki-db-01 (prod) on tcp/5432' },
  ],
  ['what nearly is a shared service', { hash: '#search=cache', text: 'logging, 38% sure: mq-01, mq-02' }],
  ['meshes', { hash: '#search=cache', text: 'serf (tcp/8301): 4 workloads use it of each other, 87% of all pairs' }],
  ['a selected rule', { hash: '#rule=rule-shop.web-shop.app&search=8443', text: 'the exporter stated who started' }],
  ['a selected line', { hash: '#edge=scanner%3Eshop%3Arefused', text: 'no rule is proposed for it' }],
  ['the refusals', { hash: '#tab=refusals', text: 'Nobody ever answered' }],
  ['how far a policy is', { hash: '#tab=policies', text: 'denied: 4 enforced' }],
  ['what was enforced against the proof', { hash: '#tab=policies', text: 'the missing ones are a test of ours' }],
  ['what changed between two revisions', { hash: '#tab=policies', text: 'new: web of wiki may reach Directory' }],
  [
    'that nothing became a policy yet',
    { hash: '#tab=policies', answers: { ...FULL, policies: undefined }, text: 'There is no policy yet' },
  ],
  ['whether rules may be enforced', { hash: '#tab=proof', text: 'does not pass' }],
  ['what fewer rules would cost', { hash: '#tab=proof', text: '20 rules leave 6.1% of all ways open' }],
  [
    'that nothing was proved yet',
    {
      hash: '#tab=proof',
      answers: { ...FULL, 'recommendations/latest/proof': undefined, 'recommendations/latest/curve': undefined },
      text: 'have not been tried on others yet',
    },
  ],
  ['what came between a policy and its traffic', { hash: '#tab=drift', text: 'Let be by bob: it is Sunday' }],
  [
    'that nothing was compared yet',
    {
      hash: '#tab=drift',
      answers: { ...FULL, 'policies/policy-1/drift': undefined },
      text: 'has not been compared with the traffic',
    },
  ],
  ['threats', { hash: '#tab=threats', text: 'Quarantine worker-03' }],
  [
    'that no threat is known',
    { hash: '#tab=threats', answers: { ...FULL, threats: [] }, text: 'nobody has looked yet' },
  ],
  ['who decided what, and why', { hash: '#tab=decisions', text: "ann's confirmation of Directory on 2026-03-14" }],
  [
    'what changed between two analyses',
    { hash: '#tab=changes', text: 'shop split: 4 of 15 workloads are now billing' },
  ],
  [
    'that there is nothing to compare yet',
    { hash: '#tab=changes', answers: { ...FULL, 'groups/runs': runs.slice(0, 1) }, text: 'one analysis only' },
  ],
  [
    'why two analyses cannot be compared',
    {
      hash: '#tab=changes&from=gone&to=gone',
      answers: { ...FULL, 'groups/diff': undefined },
      text: 'Compare the newest',
    },
  ],
  ['who was heard, and how well', { hash: '#search=cache', text: '1,204 of 13,377 records never arrived' }],
  [
    'groups without rules',
    { answers: { status, exporters: [], groups: topology, 'groups/decisions': [] }, text: 'No rules proposed yet' },
  ],
  ['nothing at all', { answers: EMPTY, text: 'No flows yet' }],
  [
    'that the spool is full',
    {
      hash: '#search=cache',
      answers: withPipeline({ full: { cause: 'disk', reason: '3 MiB are free' } }),
      text: 'Nothing is taken at present: 3 MiB are free.',
    },
  ],
  [
    'that the store takes nothing',
    {
      hash: '#search=cache',
      answers: withPipeline({ trouble: { reason: 'too many parts', since: '2026-11-21T09:00:00.000Z' } }),
      text: 'waits in the spool since 2026-11-21 09:00 UTC: too many parts.',
    },
  ],
  [
    'that the sockets are closed',
    { hash: '#search=cache', answers: withPipeline({ receiving: false }), text: 'nothing is received until then' },
  ],
  ['a wrong token', { token: 'wrong', text: 'does not accept this token' }],
  ['a broken server', { answers: {}, text: 'could not be loaded' }],
])('shows %s so that everybody can use it', async (_, { hash = '', answers = FULL, token, text }) => {
  const body = await open(hash, answers, token);
  expect(body.textContent).toContain(text);
  const { violations } = await axe(document.documentElement);
  expect(violations.map(({ help, nodes }) => `${help}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
});

it('opens a rule of a policy with all that is behind it, and says what a step means', async () => {
  const body = await open('#tab=policies', FULL);
  const press = async (label: string): Promise<void> => {
    const buttons = [...body.querySelectorAll('button')];
    buttons.find((button) => (button.getAttribute('aria-label') ?? button.textContent ?? '').includes(label))?.click();
    await settled();
  };
  await press('app of shop may reach Directory');
  for (const words of ['seen on 1 of 30 days', 'lost 9 % of its records', 'may now reach Directory on 88/tcp'])
    expect(body.textContent).toContain(words);
  await press('Withdraw: app of shop may reach Directory');
  expect(body.textContent).toContain('goes back to draft');
  const { violations } = await axe(document.documentElement);
  expect(violations.map(({ help, nodes }) => `${help}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
});

it('takes the token from the address, once, and asks for what the address says', async () => {
  window.sessionStorage.clear();
  const body = await open('#token=right&expand=wiki', FULL, 'older');
  expect(window.location.hash).toBe('#expand=wiki');
  expect(window.sessionStorage.getItem('wayleave-token')).toBe('right');
  expect(asked).toContain('api/v1/map?expand=wiki');
  expect(body.querySelector('[role=treeitem][aria-expanded=true]')?.getAttribute('aria-label')).toBe(
    'Application wiki, 2 tiers, 3 workloads',
  );
});
