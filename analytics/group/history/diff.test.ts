import fc from 'fast-check';
import { diffTopologies } from './diff';
import { topologyOf } from '../testing/topology';

const before = topologyOf(
  {
    shop: 'a b~0.9 c~0.3 d',
    hr: 'e f',
    web: { kind: 'tier', application: 'shop', members: 'a b c' },
    db: { kind: 'tier', application: 'shop', members: 'd' },
  },
  { id: 'topology-1' },
);
const after = topologyOf(
  {
    store: { id: 'shop', members: 'a b~0.5 c~0.9 e~0.6' },
    hr: 'f g',
    web: { kind: 'tier', application: 'shop', members: 'a b' },
    db: { kind: 'tier', application: 'shop', members: 'c' },
  },
  { id: 'topology-2', from: 86_400 },
);

describe('diffTopologies', () => {
  const diff = diffTopologies(before, after);

  it('says which runs it is about', () => {
    expect([diff.before, diff.after]).toEqual([
      { id: 'topology-1', window: { from: 0, to: 86_400 } },
      { id: 'topology-2', window: { from: 86_400, to: 172_800 } },
    ]);
  });

  it('lists who moved, from where to where, with confidences', () => {
    expect(diff.moved.map(({ text }) => text)).toEqual([
      'c left web (confidence 1) for db (confidence 1)',
      'e left hr (confidence 1) for store (confidence 0.6)',
    ]);
    expect(diff.moved[1]).toMatchObject({
      workload: 'e',
      from: [{ id: 'hr', kind: 'application', name: 'hr', confidence: 1 }],
      to: [{ id: 'shop', kind: 'application', name: 'store', confidence: 0.6 }],
    });
  });

  it('lists who has its home in the other group of two that it is in', () => {
    const [one, two] = [topologyOf({ shop: 'a b', hr: 'c (b)' }), topologyOf({ shop: 'a (b)', hr: 'c b' })];
    expect(diffTopologies(one, two).moved.map(({ text }) => text)).toEqual([
      'b left shop (confidence 1) for hr (confidence 1)',
    ]);
  });

  it('lists names and notable changes of confidence', () => {
    expect(diff.renamed).toEqual([
      { id: 'shop', kind: 'application', from: 'shop', to: 'store', text: 'shop is called store now' },
    ]);
    expect(diff.confidence.map(({ text }) => text)).toEqual([
      'c is surer in store: 0.3 before, 0.9 now',
      'b is less sure in store: 0.9 before, 0.5 now',
    ]);
  });

  it('says names once, and not those of tiers that follow their application', () => {
    const named = (name: string) =>
      topologyOf({
        [name]: { id: 'a', members: 'a' },
        [`web of ${name}`]: { id: 't', kind: 'tier', application: 'a', members: 'a' },
      });
    const { events, renamed } = diffTopologies(named('shop'), named('store'));
    expect([events, renamed.map(({ text }) => text)]).toEqual([[], ['shop is called store now']]);
  });

  it('lists workloads that only one run knows', () => {
    expect(diff.workloads).toEqual({ added: ['g'], gone: ['d'] });
  });

  it('tells the same of runs in either order, the other way round', () => {
    const back = diffTopologies(after, before);
    expect(back.moved.map(({ from, to }) => [to, from])).toEqual(diff.moved.map(({ from, to }) => [from, to]));
    expect(back.workloads).toEqual({ added: ['d'], gone: ['g'] });
  });

  const estate = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 20 });
  const drawn = (of: readonly number[]) => {
    const groups: Record<string, string> = {};
    for (const [workload, group] of of.entries()) groups[`g${group}`] = `${groups[`g${group}`] ?? ''} w${workload}`;
    return topologyOf(groups);
  };

  it('finds nothing between a run and itself, and everything that changed between two', () => {
    fc.assert(
      fc.property(estate, estate, (one, two) => {
        const same = diffTopologies(drawn(one), drawn(one));
        expect([same.events, same.moved, same.renamed, same.confidence]).toEqual([[], [], [], []]);
        const { events, moved, workloads } = diffTopologies(drawn(one), drawn(two));
        const told = new Set(events.flatMap((event) => event.workloads));
        for (const workload of [...moved.map((move) => move.workload), ...workloads.added, ...workloads.gone])
          expect([workload, told.has(workload)]).toEqual([workload, true]);
      }),
    );
  });
});
