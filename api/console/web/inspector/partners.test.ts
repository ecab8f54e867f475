import type { MapEdge } from '../../../../analytics/layout/view';
import type { Group } from '../../../../analytics/model/topology';
import type { Rule, Selector } from '../../../../recommender/model/policy';
import { policy } from '../../estate.fixture';
import { partnersOf } from './partners';

const [drawn] = policy.sections.flatMap(({ rules }) => rules);
if (drawn === undefined) throw new Error('expected the fixture to have rules');

const groups = (...ids: string[]): Selector[] => ids.map((group) => ({ kind: 'group', group }));
const rule = (
  id: string,
  sources: readonly Selector[],
  destinations: readonly Selector[],
  connections: number,
): Rule => ({
  ...drawn,
  id,
  sources,
  destinations,
  evidence: { ...drawn.evidence, connections },
});
const RULES = new Map(
  [
    rule('dns', groups('web', 'app', 'elsewhere'), groups('dns'), 17_258),
    rule('ntp', groups('web:managed', 'app'), groups('dns'), 40),
    rule('poll-web', groups('mon'), groups('web'), 3),
    rule('poll-app', groups('mon'), groups('app'), 4),
    rule('ssh', [...groups('web'), { kind: 'prefix', prefix: '10.0.0.0/8' }], groups('store-db'), 9),
  ].map((each) => [each.id, each]),
);
const tier = (id: string): Group => ({ id, kind: 'tier', name: id, application: 'store', members: [], reasons: [] });
const estate = {
  rule: (id: string) => RULES.get(id),
  tiersOf: (id: string) => (id === 'store' ? [tier('store-db')] : []),
};
const line = (from: string, to: string, label: string, rules: readonly string[], connections = 1): MapEdge => ({
  id: `${from}>${to}>${label}`,
  from,
  to,
  label,
  labelAt: null,
  rules,
  connections,
  state: rules.length > 0 ? 'allowed' : 'refused',
  path: '',
});
const inside = new Set(['shop', 'web', 'app']);
const told = (edges: readonly MapEdge[], end: 'from' | 'to') =>
  partnersOf(edges, end, inside, estate).map(({ edge, id, connections, shared }) => [edge.id, id, connections, shared]);

it('counts a rule of several tiers once, and says that it is about others too', () => {
  expect(told([line('web', 'dns', 'dns', ['dns']), line('app', 'dns', 'dns', ['dns'])], 'to')).toEqual([
    ['web>dns>dns', 'dns', 17_258, true],
  ]);
});

it('sums the rules of one partner and service, whose connections are all of this group', () => {
  expect(
    told([line('mon', 'web', 'icmp echo', ['poll-web']), line('mon', 'app', 'icmp echo', ['poll-app'])], 'from'),
  ).toEqual([['mon>web>icmp echo', 'mon', 7, false]]);
  expect(told([line('web', 'dns', 'ntp', ['ntp'])], 'to')).toEqual([['web>dns>ntp', 'dns', 40, false]]);
});

it('keeps services, partners, and what is refused, apart', () => {
  const edges = [
    line('web', 'dns', 'dns', ['dns']),
    line('web', 'dns', 'ntp', ['ntp']),
    line('web', 'dns', 'dns', [], 5),
  ];
  expect(told(edges, 'to')).toEqual([
    ['web>dns>dns', 'dns', 17_258, true],
    ['web>dns>ntp', 'dns', 40, false],
    ['web>dns>dns', 'dns', 5, false],
  ]);
});

it('takes addresses for others, and the tiers of a closed application for that', () => {
  expect(told([line('web', 'store', 'ssh', ['ssh'])], 'to')).toEqual([['web>store>ssh', 'store', 9, true]]);
  const own = { ...estate, rule: () => rule('ssh', groups('web'), groups('store-db'), 9) };
  expect(partnersOf([line('web', 'store', 'ssh', ['ssh'])], 'to', inside, own)[0]?.shared).toBe(false);
});
