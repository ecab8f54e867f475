import type { Dependency } from '../../model/dependency';
import type { Reason, Window } from '../../model/topology';
import type { Workload } from '../../model/workload';
import { knownService, serviceKey } from '../../services';
import { endsOfAll } from '../ends';
import { compareText } from '../../../ingest/kernel/text';
import { rounded } from '../figures';
import { badlyHeard, type Heard } from './badly-heard';
import { duration, shareOf, some } from './wording';

export interface Observed {
  readonly workloads: readonly Workload[];
  readonly dependencies: readonly Dependency[];
  readonly window: Window;
  /** How well those who reported were heard in the window; none where nobody knows. */
  readonly exporters?: readonly Heard[];
}

/** A dependency by numbers: its ends in `workloads`. */
interface Link {
  readonly client: number;
  readonly server: number;
  readonly dependency: Dependency;
}

const HOUR = 3600;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const MONTH = 31 * DAY;

/**
 * Sensors leave out some of the clients and some of the servers of a service. Where all of a small estate was seen, its
 * middle tier may be at one end of every conversation as well; then the others are on one side of each service. With
 * sensors on 28 % of the hosts, 0.85 to 1 of the others are on both (generated estates of 40 to 300 hosts).
 */
const LEAST_ON_BOTH_SIDES = 0.5;

/**
 * What a run could not see, the worst first. A weight is minus the share of the managed workloads concerned, less where
 * only rare traffic of theirs is missing.
 */
export function findUnseen({ workloads, dependencies, window, exporters = [] }: Observed): Reason[] {
  const managed = workloads.filter(({ kind }) => kind === 'managed');
  if (managed.length === 0) return [];
  // The managed ones first: what is below their number is one of them.
  const numbers = new Map([...managed, ...workloads].map(({ id }) => [id, 0]));
  for (const [at, id] of [...numbers.keys()].entries()) numbers.set(id, at);
  const numberOf = (id: string): number => numbers.get(id) ?? numbers.size;
  const links = dependencies.map((dependency): Link => ({
    client: numberOf(dependency.client),
    server: numberOf(dependency.server),
    dependency,
  }));
  return [
    ...shortWindow(window, dependencies),
    ...neverSeen(managed, links),
    ...fewEnds(managed, links),
    ...oneDirection(managed, links),
    ...badlyHeard(managed, dependencies, exporters, window),
  ]
    .map(({ text, weight }) => ({ text, weight: rounded(weight) }))
    .sort((a, b) => a.weight - b.weight || compareText(a.text, b.text));
}

/** Judged by what was seen of the window: one may ask for more time than there are flows of. */
function shortWindow(window: Window, dependencies: readonly Dependency[]): Reason[] {
  let [from, to] = [window.to, window.from];
  for (const { firstSeen, lastSeen } of dependencies) {
    if (firstSeen < from) from = firstSeen;
    if (lastSeen > to) to = lastSeen;
  }
  const span = Math.min(to, window.to) - Math.max(from, window.from);
  if (span <= 0) return [];
  const short = (share: number, missing: string): Reason[] => [
    { text: `only ${duration(span)} of traffic: ${missing}`, weight: -share },
  ];
  // A whole day is seldom busy to its last minute.
  if (span < DAY - HOUR)
    return short(1 - span / DAY, 'what runs once a day or by night, such as backups and reports, may not be in it');
  if (span < WEEK - HOUR)
    return short(0.5 * (1 - span / WEEK), 'what runs once a week or at the end of a month may not be in it');
  if (span < MONTH - DAY) return short(0.1 * (1 - span / MONTH), 'what runs at the end of a month may not be in it');
  return [];
}

function neverSeen(managed: readonly Workload[], links: readonly Link[]): Reason[] {
  const seen = new Set<number>();
  for (const { client, server } of links) seen.add(client).add(server);
  const never = managed.filter((_, at) => !seen.has(at));
  if (never.length === 0) return [];
  const text = `${shareOf(never.length, managed.length)} managed workloads were never seen, such as ${namesOf(never)}: only labels, names and networks can group them`;
  return [{ text, weight: -never.length / managed.length }];
}

/** A sensor sees what its own hosts do: with few of them, each conversation has one of few ends. */
function fewEnds(managed: readonly Workload[], links: readonly Link[]): Reason[] {
  const between = links.filter(
    ({ client, server, dependency }) =>
      client < managed.length && server < managed.length && dependency.established > 0,
  );
  const { talking, ends, others, isFew } = endsOfAll(between, managed.length);
  if (!isFew || onBothSides(between, new Set(others)) < LEAST_ON_BOTH_SIDES * others.length) return [];
  const text =
    `every conversation between managed workloads has one of ${ends.toLocaleString('en-US')} of them at one end, and between the other ${others.length.toLocaleString('en-US')} of ${talking.toLocaleString('en-US')} nothing was seen, ` +
    'be it that they never talk or that no sensor is near: which of these belong together is judged by whom they share';
  return [{ text, weight: -others.length / managed.length }];
}

/** How many of `others` are at one end of a service that has some of them at the other end, too. */
function onBothSides(links: readonly Link[], others: ReadonlySet<number>): number {
  const sides = new Map<string, { readonly clients: Set<number>; readonly servers: Set<number> }>();
  for (const { client, server, dependency } of links) {
    const key = serviceKey(dependency.service);
    let of = sides.get(key);
    if (!of) sides.set(key, (of = { clients: new Set(), servers: new Set() }));
    if (others.has(client)) of.clients.add(client);
    if (others.has(server)) of.servers.add(server);
  }
  const found = new Set<number>();
  for (const { clients, servers } of sides.values()) {
    if (clients.size === 0 || servers.size === 0) continue;
    for (const end of [...clients, ...servers]) found.add(end);
  }
  return found.size;
}

/** Of whom nothing was ever answered, though it was asked, and not by one workload alone, as a scanner would. */
function oneDirection(managed: readonly Workload[], links: readonly Link[]): Reason[] {
  const answered = new Set<number>();
  const peers = new Map<number, number>();
  const several = new Set<number>();
  const meet = (end: number, peer: number): void => {
    const first = peers.get(end);
    if (first === undefined) peers.set(end, peer);
    else if (first !== peer) several.add(end);
  };
  for (const { client, server, dependency } of links) {
    const { service, connections, established, denied } = dependency;
    // Denied is an answer of its own; and what is one-way by nature tells nothing.
    if (connections === denied || knownService(service)?.oneWay === true) continue;
    if (established > 0) answered.add(client).add(server);
    meet(client, server);
    meet(server, client);
  }
  const mute = managed.filter((_, at) => several.has(at) && !answered.has(at));
  if (mute.length === 0) return [];
  const text = `of ${shareOf(mute.length, managed.length)} managed workloads only one direction was seen, such as ${namesOf(mute)}: nothing tells what they really use, and no rule will`;
  return [{ text, weight: -mute.length / managed.length }];
}

function namesOf(workloads: readonly Workload[]): string {
  return some(workloads.map(({ name }) => name));
}
