import type { GroupWish } from '../../model/group-decision';
import type { Topology } from '../../model/topology';
import type { Workload } from '../../model/workload';
import { managed, tcp } from '../../quality/estate';
import { withLabelWeight } from '../config';
import { groupWorkloads } from '../group-workloads';
import { all, company, numbered } from '../testing/company';
import { decisionOn } from '../testing/topology';

const window = { from: 0, to: 86_400 };
const tiers = (app: string) => [numbered(`${app}-web`, 3), numbered(`${app}-db`, 2)] as const;
const [[shopWeb, shopDb], [billWeb, billDb]] = [tiers('shop'), tiers('bill')];
const dependencies = [...all(shopWeb, shopDb, tcp(5432)), ...all(billWeb, billDb, tcp(5432))];
const shop = [...shopWeb, ...shopDb].map((id) => managed(id, { app: 'shop' }));
const billing = [...billWeb, ...billDb].map((id) => managed(id, { app: 'billing' }));

const run = (workloads: readonly Workload[], labelWeight = 1, wishes?: (first: Topology) => GroupWish) => {
  const first = groupWorkloads({ workloads, dependencies, window }, withLabelWeight(labelWeight));
  if (!wishes) return first;
  const decisions = [decisionOn(first, wishes(first), 1)];
  return groupWorkloads({ workloads, dependencies, window, previous: first, decisions }, withLabelWeight(labelWeight));
};
const idOf = ({ groups }: Topology, name: string) => groups.find((group) => group.name === name)?.id ?? '';
const byLabel = (topology: Topology) => {
  const nameOf = (id: string | null) => topology.groups.find((group) => group.id === id)?.name ?? null;
  return (topology.disagreements ?? [])
    .filter(({ between }) => between === 'label')
    .map(({ workload, group, suggested, reason }) => [workload, nameOf(group), nameOf(suggested), reason.text]);
};

describe('labelDisagreements', () => {
  it('lists who was moved against its label, though it has no traffic', () => {
    const quiet = managed('bill-quiet', { app: 'billing' });
    const moved = run([...shop, ...billing, quiet], 1, (first) => ({
      kind: 'move',
      group: idOf(first, 'shop'),
      workloads: ['bill-quiet'],
    }));
    expect(byLabel(moved)).toEqual([
      [
        'bill-quiet',
        'shop',
        'billing',
        'the inventory labels it app billing, as it does 1 of 6 in shop and 5 of 5 in billing',
      ],
    ]);
  });

  it('lists all that a merger put under another label', () => {
    const merged = run([...shop, ...billing], 1, (first) => ({
      kind: 'merge',
      groups: [idOf(first, 'shop'), idOf(first, 'billing')],
    }));
    expect(byLabel(merged).map(([workload, , suggested]) => [workload, suggested])).toEqual(
      [...billDb, ...billWeb].map((id) => [id, null]),
    );
  });

  it.each([
    [0, []],
    [0.3, ['shop-web-01']],
  ])('at weight %d lists whom the traffic puts elsewhere: %j', (labelWeight, expected) => {
    const wrong = shop.map((each) => (each.id === 'shop-web-01' ? managed(each.id, { app: 'billing' }) : each));
    expect(byLabel(run([...wrong, ...billing], labelWeight)).map(([workload]) => workload)).toEqual(expected);
  });

  it('lists who is labelled another role than its tier', () => {
    const role = (id: string) => (id.includes('web') && id !== 'shop-web-02' ? 'front' : 'store');
    const workloads = [...shop, ...billing].map((each) => managed(each.id, { ...each.labels, role: role(each.id) }));
    expect(byLabel(run(workloads))).toEqual([
      [
        'shop-web-02',
        'front of shop',
        'store of shop',
        'the inventory labels it role store, as it does 1 of 3 in front of shop and 2 of 2 in store of shop',
      ],
    ]);
  });

  it('lists a shared service that is labelled as of an application, and puts it there once it is refused', () => {
    const estate = company();
    const labelledAs = (app: string) => {
      const workloads = estate.workloads.map((each) => (each.id === 'ad1' ? managed('ad1', { app }) : each));
      return { ...estate, workloads, window };
    };
    const first = groupWorkloads(labelledAs('shop'));
    const shared = first.groups.find(({ kind }) => kind === 'shared-service');
    expect(byLabel(first)).toEqual([
      [
        'ad1',
        shared?.name,
        'shop',
        `the inventory labels it app shop, which would be shop, and its traffic is that of a shared service for everybody, ${shared?.name}`,
      ],
    ]);
    expect(byLabel(groupWorkloads(labelledAs('directory')))).toEqual([]);
    const decisions = [decisionOn(first, { kind: 'refuse', group: shared?.id ?? '' }, 1)];
    const second = groupWorkloads({ ...labelledAs('shop'), previous: first, decisions });
    const home = second.groups.find(
      ({ kind, members }) =>
        kind === 'application' && members.some(({ workload, lent }) => workload === 'ad1' && !lent),
    );
    expect([home?.name, home?.id]).toEqual(['shop', idOf(first, 'shop')]);
  });

  it('says nothing where labels and groups agree', () => {
    expect(run([...shop, ...billing]).disagreements).toBeUndefined();
  });
});
