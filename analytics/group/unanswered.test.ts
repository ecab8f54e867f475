import type { Dependency } from '../model/dependency';
import type { Topology } from '../model/topology';
import { managed, tcp } from '../quality/estate';
import { groupWorkloads } from './group-workloads';
import { all, company, numbered } from './testing/company';

const window = { from: 0, to: 86_400 };
const inVain = (dependencies: readonly Dependency[]) => dependencies.map((each) => ({ ...each, established: 0 }));
const textsOf = ({ groups }: Topology) => groups.flatMap(({ reasons }) => reasons.map(({ text }) => text)).join('\n');

describe('what was never answered', () => {
  it('says neither what anybody does nor who is there for everybody, and puts nobody anywhere for sure', () => {
    const { workloads, dependencies } = company();
    const topology = groupWorkloads({ workloads, dependencies: inVain(dependencies), window });
    const { groups, meshes = [], candidates = [] } = topology;
    expect([groups.filter(({ kind }) => kind === 'shared-service'), meshes, candidates]).toEqual([[], [], []]);
    expect(textsOf(topology)).not.toMatch(/\b(serves?|uses?) \S+ \(/);
    expect(groups.filter(({ members }) => members.some(({ lent }) => lent))).toEqual([]);
    const sure = groups.flatMap(({ kind, members }) =>
      kind === 'application' || kind === 'tier' ? members.filter(({ confidence }) => confidence > 0.5) : [],
    );
    expect(sure).toEqual([]);
    const shop = groups.find(({ kind, members }) => kind === 'application' && members.some(isShop));
    expect(shop?.reasons).toContainEqual({
      text: expect.stringMatching(/^nothing that (\d+) of \1 asked the others, .* was ever answered$/) as string,
      weight: -1,
    });
  });

  it('names nothing, beside what was, and is told as that', () => {
    const clients = ['10.1.0.1', '10.1.0.2', '10.1.0.3', '10.1.0.4'];
    const servers = ['10.2.0.1', '10.2.0.2'];
    const dependencies = [
      ...inVain(all(clients, servers, tcp(6379))),
      ...all(clients.slice(0, 2), servers, tcp(8081)),
      ...inVain(all(['10.3.0.1'], ['10.3.0.2'], tcp(6379))),
    ];
    const workloads = [...clients, ...servers, '10.3.0.1', '10.3.0.2'].map((id) => managed(id));
    const topology = groupWorkloads({ workloads, dependencies, window });
    expect(topology.groups.map(({ name, role }) => `${name} ${role ?? ''}`).join()).not.toMatch(/redis/);
    expect(topology.groups.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['web application', 'web of web application', 'unanswered application']),
    );
    const texts = textsOf(topology);
    expect(texts).toContain('2 of 2 serve 8081/tcp (tcp/8081) to 2 workloads');
    expect(texts).toContain('2 of 2 were asked for redis (tcp/6379) by 4 workloads and answered none');
    expect(texts).toContain('4 of 4 asked 2 workloads for redis (tcp/6379) and had no answer');
    const confidence = (id: string) =>
      topology.groups
        .find(({ kind, members }) => kind === 'application' && members.some(({ workload }) => workload === id))
        ?.members.find(({ workload }) => workload === id)?.confidence;
    expect([confidence('10.1.0.1'), confidence('10.1.0.3')]).toEqual([1, 0.5]);
  });

  it('leaves those where they are whom labels put there', () => {
    const hosts = [...numbered('web', 2), ...numbered('db', 2)].map((id) => managed(id, { app: 'shop' }));
    const dependencies = inVain(all(numbered('web', 2), numbered('db', 2), tcp(5432)));
    const [shop] = groupWorkloads({ workloads: hosts, dependencies, window }).groups;
    expect(shop?.members.map(({ confidence }) => confidence)).toEqual([1, 1, 1, 1]);
    expect(shop?.reasons.map(({ text }) => text).join()).not.toMatch(/answered/);
  });

  it('makes no mesh', () => {
    const hosts = numbered('h', 9);
    const find = (dependencies: readonly Dependency[]) =>
      groupWorkloads({ workloads: hosts.map((id) => managed(id)), dependencies, window }).meshes;
    const gossip = all(hosts, hosts, tcp(7946));
    expect(find(gossip)).toHaveLength(1);
    expect(find(inVain(gossip))).toBeUndefined();
  });
});

function isShop({ workload }: { readonly workload: string }): boolean {
  return workload === 'shop-app-01';
}
