import { serviceKey } from '../../services';
import { estateFor, generatedNetwork, observeEstate, type LabelledNetwork } from './generated-network';

const estate = estateFor({ hosts: 80, seed: 2 });
const clean = observeEstate(estate, { seed: 2, level: 'clean' });
const keysOf = ({ dependencies }: LabelledNetwork) =>
  new Set(dependencies.map(({ client, server, service }) => `${client} ${server} ${serviceKey(service)}`));

describe('a generated network', () => {
  it('is the same from the same options, and another from another seed', () => {
    const options = { hosts: 40, seed: 2, level: 'field' } as const;
    const drawn = JSON.stringify(generatedNetwork(options));
    expect(JSON.stringify(generatedNetwork(options))).toBe(drawn);
    expect(JSON.stringify(generatedNetwork({ ...options, seed: 3 }))).not.toBe(drawn);
  });

  it('knows where each managed workload that was seen belongs', () => {
    const managed = clean.workloads.filter(({ kind }) => kind === 'managed').map(({ id }) => id);
    expect(managed.length).toBeGreaterThan(60);
    expect([...clean.truth.keys()].sort()).toEqual(managed.sort());
    expect([...clean.truth.values()].map(({ shared }) => shared)).toEqual(
      expect.arrayContaining([null, 'dns', 'directory']),
    );
    const known = new Set(clean.workloads.map(({ id }) => id));
    expect(clean.dependencies.filter(({ client, server }) => !known.has(client) || !known.has(server))).toEqual([]);
    expect(keysOf(clean).size).toBe(clean.dependencies.length);
  });

  it('gives nothing away unless labels are asked for', () => {
    const managed = clean.workloads.filter(({ kind }) => kind === 'managed');
    expect(
      managed.filter(({ id, name, labels }) => !/^w\d{5}$/.test(id) || name !== id || Object.keys(labels).length > 0),
    ).toEqual([]);
    const labelled = observeEstate(estate, { seed: 2, level: 'clean', labelled: true });
    const host = labelled.workloads.find(({ id }) => labelled.truth.get(id)?.application?.endsWith('.prod'));
    expect(`${host?.labels.app}.${host?.labels.env}`).toBe(labelled.truth.get(host?.id ?? '')?.application);
    expect([...keysOf(labelled)].join()).toBe([...keysOf(clean)].join());
  });

  it.each([
    ['field', 0.7, 0.9],
    ['poor', 0.3, 0.6],
  ] as const)('at level %s shows part of what there is', (level, least, most) => {
    const seen = keysOf(observeEstate(estate, { seed: 2, level }));
    const isOwned = (id: string) => typeof clean.truth.get(id)?.application === 'string';
    const exact = clean.dependencies
      .filter(({ client, server, service }) => isOwned(client) && isOwned(server) && service.kind === 'port')
      .map(({ client, server, service }) => `${client} ${server} ${serviceKey(service)}`);
    const share = exact.filter((key) => seen.has(key)).length / exact.length;
    expect(share).toBeGreaterThan(least);
    expect(share).toBeLessThan(most);
  });

  it('has each day its own, much of it the same', () => {
    const next = keysOf(observeEstate(estate, { seed: 2, level: 'clean', day: 3 }));
    const today = keysOf(clean);
    const again = [...today].filter((key) => next.has(key)).length / today.size;
    expect(again).toBeGreaterThan(0.4);
    expect(again).toBeLessThan(0.95);
  });
});
