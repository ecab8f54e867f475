import { START, writeConversations } from '../noise/conversations.fixture';
import { createInventory, type Inventory } from './inventory';
import type { Claim } from './source';
import { openIdentityStore, type IdentityStore } from './testing/identity-store';
import { DEFAULT_TRUST } from './trust';

jest.setTimeout(120_000);

let opened: IdentityStore;
let inventory: Inventory;
beforeAll(async () => {
  opened = await openIdentityStore();
  const clock = () => new Date(START * 1000);
  inventory = createInventory({ store: opened.store, clock, trust: DEFAULT_TRUST, networks: ['10.0.0.0/8'] });
  const asked = { hour: 0, server: '10.10.7.255', port: 137, protocol: 17, outcome: 'unanswered' as const };
  await writeConversations(opened.store, [
    { hour: 0, client: '10.10.4.1', server: '10.10.4.2', port: 443 },
    { hour: 0, client: '10.10.4.1', server: '203.0.113.7', port: 443 },
    ...['10.10.4.1', '10.10.5.2', '10.10.6.3'].map((client) => ({ ...asked, client })),
  ]);
});
afterAll(() => opened.close());

const listed = async (kind: 'managed' | 'unknown' | 'external', text = '') => {
  const found = await inventory.workloads({ at: START + 3600, kind, text, after: '', limit: 9 });
  return [found.inventoried, ...found.workloads.map((workload) => [workload.kind, workload.id])];
};

const ESTATE = ['10.10.4.1', '10.10.4.2', '10.10.5.2', '10.10.6.3'];

it('shows the estate while nobody names any of it, without what is asked of whole networks', async () => {
  const unknown = [false, ...ESTATE.map((address) => ['unknown', address])];
  expect(await listed('managed')).toEqual(unknown);
  expect(await listed('unknown')).toEqual(unknown);
  expect(await listed('external')).toEqual([false, ['external', '203.0.113.0/24']]);
});

it('tells what is named from what is not', async () => {
  const web: Claim = {
    key: 'web-1',
    name: 'web-1',
    type: 'host',
    labels: { app: 'shop' },
    addresses: [{ address: '10.10.4.2', scope: '' }],
  };
  const snapshot = { claims: [web], networks: [], logOns: [], rejects: [], complete: true };
  await inventory.import({ source: 'cmdb', kind: 'csv', snapshot });
  for (const text of ['', 'WEB', '10.10.4.2', 'app:shop', 'app=shop'])
    expect(await listed('managed', text)).toEqual([true, ['managed', 'web-1']]);
  expect(await listed('managed', 'app=shopping')).toEqual([true]);
  const others = ESTATE.filter((address) => address !== '10.10.4.2');
  expect(await listed('unknown')).toEqual([true, ...others.map((address) => ['unknown', address])]);
});
