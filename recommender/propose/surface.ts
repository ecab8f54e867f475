import type { Dependency } from '../../analytics/model/dependency';
import type { Service } from '../../analytics/model/service';
import { serviceKey } from '../../analytics/services';
import type { Extra, Rule } from '../model/policy';
import { inRanges, rangesOf } from '../model/service-range';
import type { Draft } from './draft';
import type { End } from './end';
import { tuplesOf } from './evidence';
import { counted, listWords, serviceWords } from './words';

/** What servers were seen serving, and to whom. */
export type Served = ReadonlyMap<
  string,
  ReadonlyMap<string, { readonly service: Service; readonly clients: Set<string> }>
>;

/** Of the servers of drafts that open more than the services they name: only their traffic is looked at again. */
export function servedBy(drafts: readonly Draft[], dependencies: readonly Dependency[]): Served {
  const found = new Map<string, Map<string, { service: Service; clients: Set<string> }>>();
  for (const { destinations, services } of drafts)
    if (services.some(isWide))
      for (const server of destinations.flatMap(({ workloads }) => workloads))
        if (!found.has(server)) found.set(server, new Map());
  for (const { client, server, service } of dependencies) {
    const own = found.get(server);
    if (!own) continue;
    const key = serviceKey(service);
    const known = own.get(key);
    if (known) known.clients.add(client);
    else own.set(key, { service, clients: new Set([client]) });
  }
  return found;
}

/** Dynamic services and whole protocols admit ports that may be services of their own. */
function isWide({ kind }: Service): boolean {
  return kind === 'dynamic' || kind === 'protocol';
}

export interface Opening {
  readonly surface: Rule['surface'];
  /** What is opened for no better reason than that it lies in a range, or that most others need it. */
  readonly extra: Pick<Extra, 'openings' | 'words'> | undefined;
}

/** A dynamic service is one, however many ports it handed out; so is a whole protocol for each service it was used for. */
export function openingOf(draft: Draft, services: readonly Service[], served: Served): Opening {
  const { sources, everyone, destinations, dependencies, inside } = draft;
  const name = listWords(destinations.map((end) => end.name).sort());
  const clients = new Set(sources.flatMap(({ workloads }) => workloads));
  const servers = [...new Set(destinations.flatMap(({ workloads }) => workloads))];
  const both = servers.filter((server) => clients.has(server)).length;
  const pairs = clients.size * servers.length - both;
  const named = services.filter(({ kind }) => !inside || kind !== 'protocol');
  const beside = besideNamed(servers, inside, services, clients, served);
  const opened = pairs * named.length + beside.opened;
  const unused = opened - tuplesOf(dependencies) - (inside ? 0 : beside.used);
  const words: string[] = [];
  let openings = 0;
  if (inside) {
    openings += unused;
    words.push(
      `inside ${name} everything may pass, which opens ${counted(unused, 'known combination')} never seen in use and whatever is new there`,
    );
  } else if (beside.opened > beside.used) {
    openings += beside.opened - beside.used;
    const others = [...beside.services.values()].map(serviceWords).sort();
    words.push(
      `the range also holds ${listWords(others, ' services')}, which not all of these clients were seen using`,
    );
  }
  if (everyone && everyone.unseen.length > 0) {
    const unseen = new Set(everyone.unseen.flatMap(({ workloads }) => workloads));
    const own = servers.filter((server) => unseen.has(server)).length;
    openings += (unseen.size * servers.length - own) * services.length;
    words.push(
      `${listWords(everyone.unseen.map(({ name }) => name))} may reach ${name} as most others do, without having been seen to`,
    );
  }
  const strangers = strangersUnseen(sources, dependencies);
  if (strangers.workloads > 0) {
    openings += strangers.workloads * servers.length * services.length;
    words.push(`${listWords(strangers.words)} may reach ${name} as others there do, without having been seen to`);
  }
  return { surface: { unused, opened }, extra: words.length === 0 ? undefined : { openings, words: words.join('; ') } };
}

/** Of networks that stand for all in them: who was not seen. */
function strangersUnseen(
  sources: readonly End[],
  dependencies: readonly Dependency[],
): { workloads: number; words: string[] } {
  const loose = sources.filter(({ group }) => group?.kind === 'unknown');
  if (loose.length === 0) return { workloads: 0, words: [] };
  const seen = new Set(dependencies.map(({ client }) => client));
  const unseen = loose.flatMap(({ group, workloads }) => {
    const ids = workloads.filter((id) => !seen.has(id));
    return ids.length === 0 ? [] : [{ count: ids.length, words: `${ids.length} of ${group?.name}` }];
  });
  return { workloads: unseen.reduce((sum, { count }) => sum + count, 0), words: unseen.map(({ words }) => words) };
}

/** Services that the servers offer beside those that a rule names, and that its ranges admit all the same. */
function besideNamed(
  servers: readonly string[],
  inside: boolean,
  services: readonly Service[],
  clients: ReadonlySet<string>,
  served: Served,
): { opened: number; used: number; services: ReadonlyMap<string, Service> } {
  const wide = services.filter(isWide);
  const found = new Map<string, Service>();
  let [opened, used] = [0, 0];
  if (wide.length === 0) return { opened, used, services: found };
  const names = new Set(inside ? [] : services.map(serviceKey));
  const ranges = wide.flatMap(rangesOf);
  for (const server of servers) {
    for (const [key, { service, clients: users }] of served.get(server) ?? []) {
      if (names.has(key) || !rangesOf(service).some(({ protocol, first }) => inRanges(ranges, protocol, first)))
        continue;
      found.set(key, service);
      opened += clients.size - (clients.has(server) ? 1 : 0);
      for (const client of users) if (clients.has(client)) used++;
    }
  }
  return { opened, used, services: found };
}
