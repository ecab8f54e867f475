import { dependency, managed, tcp } from '../quality/estate';
import { DEFAULT_CONFIG } from './config';
import { gatherEvidence } from './evidence';
import { findStructure } from './structure';

it.each([
  ['a login', 22],
  ['a remote desktop', 3389],
  ['anything else', 5432],
])('tells of %s from one environment into another', (_, port) => {
  const hosts = ['dev', 'prod'].flatMap((env) => [1, 2, 3].map((n) => managed(`${env}-${n}`, { env })));
  const inside = ['dev', 'prod'].flatMap((env) => [2, 3].map((n) => dependency(`${env}-1`, `${env}-${n}`, tcp(443))));
  const evidence = gatherEvidence(hosts, [...inside, dependency('dev-1', 'prod-1', tcp(port))], DEFAULT_CONFIG.lookUp);
  const { crossings } = findStructure(evidence, DEFAULT_CONFIG, 1);
  const told = crossings.map(({ client, server, from, to }) => {
    const [here, there] = [evidence.workloads[client], evidence.workloads[server]];
    return [here?.id, there?.id, from, to];
  });
  expect(told).toEqual([['dev-1', 'prod-1', 'dev', 'prod']]);
});
