import type { Dependency } from '../../model/dependency';
import type { Workload } from '../../model/workload';
import { dependency, managed, tcp, udp } from '../../quality/estate';

export interface Estate {
  readonly workloads: readonly Workload[];
  readonly dependencies: readonly Dependency[];
}

/** Everybody uses a service of everybody else. */
export const all = (clients: readonly string[], servers: readonly string[], service = tcp(443)) =>
  clients.flatMap((client) =>
    servers.filter((server) => server !== client).map((server) => dependency(client, server, service)),
  );

export const numbered = (stem: string, count: number) => Array.from({ length: count }, (_, n) => `${stem}-0${n + 1}`);

/** Three applications with the same users; crm has no database of its own but lives on hr's. */
export function company(): Estate {
  const users = Array.from({ length: 12 }, (_, n) => `10.9.0.${n + 1}`);
  const tiers = {
    shop: { web: numbered('shop-web', 3), app: numbered('shop-app', 3), db: numbered('shop-db', 2) },
    hr: { web: numbered('hr-web', 2), app: numbered('hr-app', 2), db: numbered('hr-db', 2) },
    crm: { web: numbered('crm-web', 2), app: numbered('crm-app', 3) },
  };
  const { shop, hr, crm } = tiers;
  const hosts = Object.values(tiers).flatMap((application) => Object.values(application).flat());
  const everyone = [...hosts, 'ad1', 'ad2', 'watch'];
  return {
    workloads: [
      ...[...everyone, 'quiet1', 'quiet2'].map((id) => managed(id)),
      ...users.map((id): Workload => ({ ...managed(id), kind: 'unknown', addresses: [id] })),
      { ...managed('8.8.0.0/16'), kind: 'external', addresses: ['8.8.0.0'] },
    ],
    dependencies: [
      ...all(users, [...shop.web, ...hr.web, ...crm.web]),
      ...all(shop.web, shop.app, tcp(8080)),
      ...all(shop.app, shop.db, tcp(5432)),
      ...all(shop.db, shop.db, tcp(5432)),
      ...all(shop.app, ['8.8.0.0/16']),
      ...all(hr.web, hr.app, tcp(8080)),
      ...all([...hr.app, ...crm.app], hr.db, tcp(3306)),
      ...all(crm.web, crm.app, tcp(8080)),
      ...all(everyone, ['ad1', 'ad2'], udp(53)),
      ...all(everyone, ['ad1', 'ad2'], tcp(389)),
      ...all(['watch'], everyone, tcp(9100)),
    ],
  };
}
