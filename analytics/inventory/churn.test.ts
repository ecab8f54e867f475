import {
  describeInstances,
  describeNetworkInterfaces,
  dhcpLeases,
  generateEstate,
  podList,
  startOfDay,
  truthOf,
} from '../../fixtures/generate';
import { documentOf, readSnapshot } from './documents';
import { createInventory, type Inventory } from './inventory';
import { openIdentityStore, type IdentityStore } from './testing/identity-store';
import { DEFAULT_TRUST } from './trust';

jest.setTimeout(300_000);

const HOUR = 3_600_000;
const estate = generateEstate({ seed: 3, profile: 'small' });
const { hosts, tenures } = truthOf(estate);
const hostOf = new Map(hosts.map((host) => [host.id, host]));
const [begin, end] = [startOfDay(estate, 1), startOfDay(estate, 3)];

describe('an estate whose addresses change hands, imported as its sources tell it', () => {
  let opened: IdentityStore;
  let inventory: Inventory;
  let now = begin;

  const take = (source: string, documents: Record<string, unknown>, asOf: number) => {
    now = asOf;
    const texts = Object.entries(documents).map(([name, content]) =>
      documentOf(name, typeof content === 'string' ? content : JSON.stringify(content)),
    );
    return inventory.import({ source, ...readSnapshot(texts, { options: {} }) });
  };

  beforeAll(async () => {
    opened = await openIdentityStore();
    const clock = () => new Date(now);
    inventory = createInventory({ store: opened.store, clock, trust: DEFAULT_TRUST, networks: ['10.0.0.0/8'] });
    for (let at = begin; at <= end; at += 12 * HOUR) {
      const instances = describeInstances(estate, at);
      await take('aws', { instances, interfaces: describeNetworkInterfaces(estate, at) }, at);
      await take('pods', { pods: podList(estate, at, { terminatedSince: at - 12 * HOUR }) }, at);
      // An empty file says of itself nothing.
      if (at > begin) await take('leases', { 'dhcpd.leases': dhcpLeases(estate, at) }, at);
    }
  });
  afterAll(() => opened.close());

  it.each(['pod', 'lease'])('has every %s at its address for as long as it was there', async (placement) => {
    const directory = await inventory.directory({ from: begin / 1000, to: end / 1000 });
    const nameOf = new Map(directory.workloads().map(({ id, name }) => [id, name]));
    const within = tenures.filter(
      ({ host, from, until }) =>
        hostOf.get(host)?.placement === placement && from >= begin && from < end && until > from,
    );
    expect(within.length).toBeGreaterThan(30);
    const wrong = within.flatMap(({ address, host, from, until }) => {
      // To the second, which is what sources give.
      const moments = [Math.ceil(from / 1000), Math.floor(Math.min(until, end) / 1000) - 1];
      const found = moments.map((at) => nameOf.get(directory.resolve(address, { at }) ?? ''));
      const name = hostOf.get(host)?.name ?? '';
      return found.every((each) => each === name || each?.endsWith(`/${name}`))
        ? []
        : [[name, address, from, until, ...found]];
    });
    expect(wrong.length / within.length).toBeLessThan(0.01);
  });
});
