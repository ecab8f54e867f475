import { averageLink } from './average-link';
import { plainLouvain, profileBaselines } from './baselines';
import type { Dependency } from '../../model/dependency';

const dependency = (client: string, server: string, port: number): Dependency => ({
  client,
  server,
  service: { kind: 'port', protocol: 6, port },
  ports: [port],
  connections: 1,
  established: 1,
  denied: 0,
  packets: 2,
  bytes: 100,
  hours: 1,
  firstSeen: 0,
  lastSeen: 1,
  direction: 1,
  confidence: 1,
  reporters: [],
});

describe('average link', () => {
  const profiles = [{ x: 1 }, { x: 1, y: 0.1 }, { y: 1 }, { z: 1 }].map(
    (features) => new Map(Object.entries(features)),
  );

  it('stops at a similarity or at so many clusters', () => {
    const sizes = (clusters: number[]) =>
      [...new Set(clusters)].map((id) => clusters.filter((each) => each === id).length).sort((a, b) => a - b);
    expect(sizes(averageLink(profiles, { similarity: 0.9 }))).toEqual([1, 1, 2]);
    expect(sizes(averageLink(profiles, { similarity: 0.04 }))).toEqual([1, 3]);
    expect(sizes(averageLink(profiles, { clusters: 1 }))).toEqual([4]);
    expect(averageLink([], { clusters: 1 })).toEqual([]);
  });
});

describe('simple methods', () => {
  // Two applications, their web hosts serving twenty ports each to one user, their databases two more to these.
  const numbers = [1, 2, 3, 4];
  const hosts = ['a', 'b'].flatMap((app) => numbers.flatMap((n) => [`${app}web${n}`, `${app}db${n}`]));
  const dependencies = ['a', 'b'].flatMap((app) =>
    numbers.flatMap((n) => [
      ...numbers.map((m) => dependency(`${app}web${n}`, `${app}db${m}`, 5000 + m)),
      ...Array.from({ length: 20 }, (_, port) => dependency(`user-${app}`, `${app}web${n}`, port)),
    ]),
  );
  const by = (of: (host: string) => string) => new Map(hosts.map((host) => [host, of(host)]));

  it('find applications by who talks to whom', () => {
    expect(
      plainLouvain(
        dependencies,
        by((host) => host.slice(0, 1)),
      ),
    ).toBe(1);
  });

  it('find roles by ports, once the common ones are left out', () => {
    const strangers = Array.from({ length: 400 }, (_, n) => dependency(`x${n}`, `y${n}`, 9));
    const found = profileBaselines(
      [...dependencies, ...strangers],
      by((host) => host.slice(1, -1)),
    );
    expect(found?.ports).toBeGreaterThan(0.5);
    expect(found?.neighbours).toBeLessThan(found?.ports ?? 0);
  });

  it('do without profiles where all pairs are too many', () => {
    const many = new Map(Array.from({ length: 3_001 }, (_, n) => [`x${n}`, 'a']));
    expect(profileBaselines(dependencies, many)).toBeNull();
  });
});
