import { groupBy } from '../../analytics/graph/group-by';
import type { Dependency } from '../../analytics/model/dependency';
import { serviceKey } from '../../analytics/services';
import { formatTime } from '../../ingest/kernel/time';
import { contentId } from '../model/identity';
import { listWords, serviceWords } from '../propose/words';
import type { EstateNames } from './estate-names';
import { conversationFilter } from './filters';
import type { Finding, Severity } from './model';
import { counted, named } from './words';

/** Who tries so many servers and services that no rule covers is looking around, and is told of once. */
const SWEEP = 20;
/** Nobody tries for this many days by mistake without somebody missing something. */
const PERSISTENT_DAYS = 2;
const DAY = 86_400;

/** What nobody answered and the policy denies: one finding for who sweeps, one for each pair of groups otherwise. */
export function findAttempts(dependencies: readonly Dependency[], names: EstateNames): Finding[] {
  const byClient = [...groupBy(dependencies, ({ client }) => client).values()];
  // The Internet tries every door of everybody, all the time.
  const isSweep = (tries: readonly Dependency[]) =>
    placesTried(tries) >= SWEEP && !names.isOutside(tries[0]?.client ?? '');
  const sweeps = byClient.filter(isSweep).map((tries) => {
    const client = tries[0]?.client ?? '';
    const servers = new Set(tries.map(({ server }) => server)).size;
    return finding(['sweep', client], tries, names, {
      words: `${names.workload(client)} tried ${counted(placesTried(tries), 'service')} on ${counted(servers, 'server')} that no rule opens to it`,
      severity: 'high',
      because: `nobody who works tries ${placesTried(tries)} closed doors (${SWEEP} are taken for looking around)`,
    });
  });
  const others = byClient.filter((tries) => !isSweep(tries)).flat();
  const byGroups = groupBy(others, ({ client, server }) => `${names.groupOf(client).id}\t${names.groupOf(server).id}`);
  return [...sweeps, ...[...byGroups].map(([pair, tries]) => betweenGroups(pair, tries, names))];
}

/** Denied by a firewall on the way, though the policy allows it: it, or another policy, is not what it should be. */
export function findBlocked(dependencies: readonly Dependency[], names: EstateNames, enforced: boolean): Finding[] {
  const byGroups = groupBy(
    dependencies,
    ({ client, server }) => `${names.groupOf(client).id}\t${names.groupOf(server).id}`,
  );
  return [...byGroups].map(([pair, tries]) => {
    const between = betweenWords(tries, names);
    return finding(['blocked', pair], tries, names, {
      words: `a firewall denies what the policy allows: ${between}`,
      severity: enforced ? 'high' : 'low',
      because: enforced
        ? 'what the policy allows does not get through'
        : 'the policy is not enforced yet, so another one denies it today',
    });
  });
}

function betweenGroups(pair: string, tries: readonly Dependency[], names: EstateNames): Finding {
  const span = { first: least(tries), last: greatest(tries) };
  const days = Math.floor(span.last / DAY) - Math.floor(span.first / DAY) + 1;
  const denied = tries.reduce((sum, each) => sum + each.denied, 0);
  const fromOutside = tries.every(({ client }) => names.isOutside(client));
  const persistent = days >= PERSISTENT_DAYS && !fromOutside;
  const who = denied > 0 ? `${counted(denied, 'connection')} denied by a firewall` : 'nobody answered';
  return finding(['denied', pair], tries, names, {
    words: `${betweenWords(tries, names)}: tried in vain since ${formatTime(span.first)}`,
    severity: persistent ? 'medium' : 'low',
    because: persistent
      ? `${who}, and it goes on for ${counted(days, 'day')}: somebody may miss it`
      : `${who}, and it ${fromOutside ? 'came from outside, where everything is tried' : 'was on one day only'}`,
  });
}

function betweenWords(tries: readonly Dependency[], names: EstateNames): string {
  const [first] = tries;
  if (!first) return '';
  const services = [...new Map(tries.map(({ service }) => [serviceKey(service), service])).values()].map(serviceWords);
  return `${names.groupOf(first.client).name} → ${names.groupOf(first.server).name} on ${listWords(services.sort(), ' services')}`;
}

function finding(
  about: readonly string[],
  tries: readonly Dependency[],
  names: EstateNames,
  { words, severity, because }: { words: string; severity: Severity; because: string },
): Finding {
  const [first] = tries;
  const ends = (side: 'client' | 'server') => new Set(tries.flatMap((each) => names.addresses(each[side])));
  const application = first
    ? (names.groupOf(first.server).application ?? names.groupOf(first.client).application)
    : null;
  return {
    id: contentId('f', ['denied-attempts', ...about]),
    kind: 'denied-attempts',
    application: names.application(application),
    severity,
    because,
    words,
    firstSeen: least(tries),
    lastSeen: greatest(tries),
    connections: tries.reduce((sum, { connections }) => sum + connections, 0),
    ...named(tries.map(({ client }) => names.workload(client))),
    filter: conversationFilter({ clients: ends('client'), servers: ends('server') }),
    rules: [],
  };
}

function placesTried(tries: readonly Dependency[]): number {
  return new Set(tries.map(({ server, service }) => `${server}\t${serviceKey(service)}`)).size;
}

function least(tries: readonly Dependency[]): number {
  return tries.reduce((first, { firstSeen }) => Math.min(first, firstSeen), Infinity);
}

function greatest(tries: readonly Dependency[]): number {
  return tries.reduce((last, { lastSeen }) => Math.max(last, lastSeen), 0);
}
