import type { Dependency } from '../model/dependency';
import { dependency, managed, tcp, udp } from '../quality/estate';
import { DEFAULT_CONFIG } from './config';
import { gatherEvidence } from './evidence';
import { findStructure } from './structure';
import { all, company } from './testing/company';

const hosts = ['dev', 'prod'].flatMap((env) => [1, 2, 3].map((n) => managed(`${env}-${n}`, { env })));
const inside = ['dev', 'prod'].flatMap((env) => [2, 3].map((n) => dependency(`${env}-1`, `${env}-${n}`, tcp(443))));

function crossingsOf(workloads: typeof hosts, dependencies: readonly Dependency[]) {
  const evidence = gatherEvidence(workloads, dependencies, DEFAULT_CONFIG.lookUp);
  return findStructure(evidence, DEFAULT_CONFIG, 1).crossings.map(({ client, server, from, to, ...crossing }) => ({
    text: `${evidence.workloads[client]?.id} ${from} ${evidence.workloads[server]?.id} ${to}`,
    ...crossing,
  }));
}

describe('crossings of environments', () => {
  it.each([
    ['a login', 22],
    ['a remote desktop', 3389],
    ['anything else', 5432],
  ])('are told of %s', (_, port) => {
    expect(crossingsOf(hosts, [...inside, dependency('dev-1', 'prod-1', tcp(port))])).toMatchObject([
      { text: 'dev-1 dev prod-1 prod', answered: true, shared: false },
    ]);
  });

  it('are told from those that nobody answered', () => {
    const asked = { ...dependency('dev-1', 'prod-1', tcp(22)), established: 0 };
    expect(crossingsOf(hosts, [...inside, asked])).toMatchObject([{ answered: false, connections: 100 }]);
  });

  it('are told of the shared services of another environment, after all others', () => {
    const { workloads, dependencies } = company();
    const env: Readonly<Record<string, string>> = { ad1: 'prod', ad2: 'prod', quiet1: 'dev', 'shop-db-01': 'prod' };
    const labelled = workloads.map((each) => ({ ...each, labels: { env: env[each.id] ?? '' } }));
    const across = [...all(['quiet1'], ['ad1'], udp(53)), ...all(['quiet1'], ['shop-db-01'], tcp(5432))];
    const busy = across.map((each, at) => ({ ...each, connections: at === 0 ? 9000 : 1 }));
    expect(crossingsOf(labelled, [...dependencies, ...busy])).toMatchObject([
      { text: 'quiet1 dev shop-db-01 prod', shared: false },
      { text: 'quiet1 dev ad1 prod', shared: true },
    ]);
  });
});
