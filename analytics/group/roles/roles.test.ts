import { seededRng } from '../../graph/random';
import type { Dependency } from '../../model/dependency';
import type { Workload } from '../../model/workload';
import { dependency, generateEstate, managed, tcp } from '../../quality/estate';
import { adjustedRandIndex } from '../../quality/rand-index';
import { gatherEvidence } from '../evidence';
import { findRoles } from './roles';

const OPTIONS = { relationShare: 0.6, neighbours: 16 };
const hosts = (stem: string, count: number) => Array.from({ length: count }, (_, n) => `${stem}${n + 1}`);
const all = (clients: readonly string[], servers: readonly string[], port: number) =>
  clients.flatMap((client) =>
    servers.flatMap((server) => (client === server ? [] : [dependency(client, server, tcp(port))])),
  );
const unknown = (id: string): Workload => ({ ...managed(id), kind: 'unknown' });

function rolesOf(
  workloads: readonly Workload[],
  dependencies: readonly Dependency[],
  before?: Readonly<Record<string, string>>,
): string[] {
  const evidence = gatherEvidence(workloads, dependencies, () => undefined);
  const known =
    before &&
    evidence.workloads.flatMap(({ id }, number) => {
      const role = before[id];
      return role === undefined ? [] : [[number, role] as const];
    });
  const { members } = findRoles(evidence, evidence.uses, OPTIONS, known && new Map(known));
  return members.map((role) => role.map((workload) => evidence.workloads[workload]?.id).join(' ')).sort();
}

describe('findRoles', () => {
  it('finds tiers, and puts the silent together', () => {
    const [web, app, db] = [hosts('web', 3), hosts('app', 3), hosts('db', 2)];
    const users = hosts('user', 8);
    const found = rolesOf(
      [...[...web, ...app, ...db, 'mute1', 'mute2'].map((id) => managed(id)), ...users.map(unknown)],
      [...all(users, web, 443), ...all(web, app, 8080), ...all(app, db, 5432)],
    );
    expect(found).toEqual(['app1 app2 app3', 'db1 db2', 'mute1 mute2', 'web1 web2 web3']);
  });

  it('leaves who fell silent in the role of before, and the others together', () => {
    const [web, app] = [hosts('web', 4), hosts('app', 3)];
    const users = hosts('user', 8);
    const workloads = [
      ...[...web, ...app, 'db1', 'db2', 'mute1', 'mute2'].map((id) => managed(id)),
      ...users.map(unknown),
    ];
    const before = Object.fromEntries([
      ...web.map((id) => [id, 'https'] as const),
      ...app.map((id) => [id, 'java'] as const),
      ...['db1', 'db2'].map((id) => [id, 'postgres'] as const),
    ]);
    const found = rolesOf(workloads, [...all(users, web.slice(1), 443), ...all(web.slice(1), app, 8080)], before);
    expect(found).toEqual(['app1 app2 app3', 'db1 db2', 'mute1 mute2', 'web1 web2 web3 web4']);
  });

  it('tells services on one port apart by whom they call and who calls them', () => {
    const chain = ['a', 'b', 'c', 'd', 'e', 'f'].map((stem) => hosts(stem, 4));
    const calls = chain.flatMap((tier, at) => all(tier, chain[at + 1] ?? [], 50_051));
    expect(
      rolesOf(
        chain.flat().map((id) => managed(id)),
        calls,
      ),
    ).toEqual(chain.map((tier) => tier.join(' ')));
  });

  it('goes by services where peers wander over hosts, and few of the hosts are managed', () => {
    const rng = seededRng(1);
    const pools = [6000, 6100, 6200].map((port) => ({ port, hosts: hosts(`p${port}-`, 200) }));
    const pick = (from: readonly string[]) => from[Math.floor(rng() * from.length)] ?? '';
    const dependencies = pools.flatMap(({ port, hosts: pool }) =>
      pool.flatMap((host) =>
        Array.from({ length: 12 }, () => dependency(host, pick(pool), tcp(port + (rng() < 0.5 ? 1 : 2)))),
      ),
    );
    const known = pools.map(({ hosts: pool }) => pool.slice(0, 8));
    const found = rolesOf(
      pools.flatMap(({ hosts: pool }) => pool.map((id, n) => (n < 8 ? managed(id) : unknown(id)))),
      dependencies,
    );
    expect(found).toEqual(known.map((pool) => [...pool].sort().join(' ')));
  });

  it('lets ports that were handed out at random tell nobody apart', () => {
    const [web, db] = [hosts('web', 4), hosts('db', 4)];
    const handedOut = db.flatMap((server, n) =>
      Array.from({ length: 20 }, (_, at) => dependency(web[n] ?? '', server, tcp(40_000 + 100 * n + at))),
    );
    const found = rolesOf(
      [...web, ...db].map((id) => managed(id)),
      [...all(web, db, 5432), ...handedOut],
    );
    expect(found).toEqual(['db1 db2 db3 db4', 'web1 web2 web3 web4']);
  });

  it.each<[string, number, Readonly<Record<string, string>> | undefined, boolean]>([
    ['has as one role what hardly differs', 1, undefined, true],
    ['keeps two roles of the run before where little speaks against it', 1, { a: 'first', b: 'second' }, false],
    ['leaves the role of the run before where much speaks against it', 3, { a: 'both', b: 'both' }, false],
  ])('%s', (_, apart, before, together) => {
    const [a, b] = [hosts('a', 3), hosts('b', 3)];
    const others = ['db1', 'db2', 'x1', 'x2', 'y1', 'y2'];
    const found = rolesOf(
      [...a, ...b, ...others].map((id) => managed(id)),
      [
        ...[5432, 5433].flatMap((port) => all([...a, ...b], ['db1', 'db2'], port)),
        ...Array.from({ length: apart }, (_, n) => n).flatMap((n) => [
          ...all(a, ['x1', 'x2'], 9000 + n),
          ...all(b, ['y1', 'y2'], 9100 + n),
        ]),
      ],
      before && Object.fromEntries([...a, ...b].map((id) => [id, before[id.slice(0, 1)] ?? ''])),
    );
    expect(found.slice(0, together ? 1 : 2)).toEqual(together ? ['a1 a2 a3 b1 b2 b3'] : ['a1 a2 a3', 'b1 b2 b3']);
    expect(found).toContain('db1 db2');
  });

  it('finds the tiers of a made-up estate, the same in any order', () => {
    const profile = {
      applications: 15,
      tierSize: 4,
      mesh: false,
      shared: false,
      wander: 0,
      fanOut: 4,
      clutter: 5,
      noise: 1,
    };
    const { workloads, dependencies, truth } = generateEstate({ ...profile, coverage: 0.9, inventory: 1 }, 3);
    const found = rolesOf(workloads, dependencies);
    const roleOf = new Map(
      found.flatMap((members, role) => members.split(' ').map((id) => [id, String(role)] as const)),
    );
    const known = [...truth];
    const index = adjustedRandIndex(
      known.map(([id, { application }]) => `${roleOf.get(id)} ${application}`),
      known.map(([, { tier }]) => tier),
    );
    expect(index).toBeGreaterThan(0.9);
    expect(rolesOf([...workloads].reverse(), [...dependencies].reverse())).toEqual(found);
  });
});
