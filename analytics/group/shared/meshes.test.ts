import type { Dependency } from '../../model/dependency';
import { dependency, managed, tcp } from '../../quality/estate';
import { knownService } from '../../services';
import { gatherEvidence } from '../evidence';
import { findMeshes } from './meshes';

const hosts = (stem: string, count: number) => Array.from({ length: count }, (_, n) => `${stem}${n}`);
const among = (clients: readonly string[], servers: readonly string[], port: number) =>
  clients.flatMap((client) =>
    servers.filter((server) => server !== client).map((server) => dependency(client, server, tcp(port))),
  );
const cells = (count: number, size: number, port: number) =>
  Array.from({ length: count }, (_, n) => hosts(`cell${n}-`, size)).flatMap((cell) => among(cell, cell, port));
/** Each pair once, one way only, as sensors see gossip between equal ports. */
const oneWay = (dependencies: readonly Dependency[]) => dependencies.filter(({ client, server }) => client < server);

function find(dependencies: readonly Dependency[]) {
  const ids = [...new Set(dependencies.flatMap(({ client, server }) => [client, server]))];
  const evidence = gatherEvidence(
    ids.map((id) => managed(id)),
    dependencies,
    knownService,
  );
  return findMeshes(evidence, evidence.uses).map(({ service, members, reasons }) => ({
    key: evidence.services[service]?.key,
    members: members.length,
    text: reasons.map(({ text }) => text),
  }));
}

describe('meshes', () => {
  it.each<[string, Dependency[], string[]]>([
    ['all with all', cells(1, 20, 7946), ['tcp/7946 20']],
    ['in cells, whose pairs are few', cells(20, 10, 17_001), ['tcp/17001 200']],
    ['seen one way only', oneWay(cells(4, 16, 7946)), ['tcp/7946 56']],
    ['a few peers are a cluster', cells(1, 6, 7946), []],
    ['a cluster in a large estate', [...cells(1, 10, 9300), ...among(hosts('web', 60), hosts('app', 60), 8080)], []],
    [
      'tiers that call each other on one port',
      [...among(hosts('a', 20), hosts('b', 20), 443), ...among(hosts('b', 20), hosts('c', 20), 443)],
      [],
    ],
    ['everybody has one server', among(hosts('h', 50), ['hub'], 53), []],
    ['databases that replicate', cells(10, 10, 5432), []],
  ])('%s', (_, dependencies, expected) => {
    expect(find(dependencies).map(({ key, members }) => `${key} ${members}`)).toEqual(expected);
  });

  it('says how many take part, and how closed it is', () => {
    expect(find(cells(20, 10, 7946))[0]?.text).toEqual([
      '200 of 200 managed workloads use memberlist (tcp/7946) of each other',
      'two peers of one are peers of each other in 100 % of cases',
      '5 % of all pairs use it',
    ]);
  });
});
