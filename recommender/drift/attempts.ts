import { groupBy } from '../../analytics/graph/group-by';
import type { Dependency } from '../../analytics/model/dependency';
import { serviceKey } from '../../analytics/services';
import { contentId } from '../model/identity';
import type { EstateNames } from './estate-names';
import { conversationFilter } from './filters';
import { foldTries } from './fold-tries';
import type { Finding, Severity } from './model';
import { counted, named } from './words';

/** Who tries so many servers and services that no rule covers is looking around, and is told of once. */
const SWEEP = 20;
/** Nobody tries for this many days by mistake without somebody missing something. */
const PERSISTENT_DAYS = 2;
const DAY = 86_400;

/** What nobody answered and the policy denies: one finding for who sweeps, one for everything else that is of one kind. */
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
  return [
    ...sweeps,
    ...foldTries(others, names).map(({ about, words, tries }) =>
      finding(['denied', ...about], tries, names, { words, ...gradeOf(tries, names) }),
    ),
  ];
}

/** Denied by a firewall on the way, though the policy allows it: it, or another policy, is not what it should be. */
export function findBlocked(dependencies: readonly Dependency[], names: EstateNames, enforced: boolean): Finding[] {
  return foldTries(dependencies, names).map(({ about, words, tries }) =>
    finding(['blocked', ...about], tries, names, {
      words: `a firewall denies what the policy allows: ${words}`,
      severity: enforced ? 'high' : 'low',
      because: enforced
        ? 'what the policy allows does not get through'
        : 'the policy is not enforced yet, so another one denies it today',
    }),
  );
}

function gradeOf(tries: readonly Dependency[], names: EstateNames): { severity: Severity; because: string } {
  const days = Math.floor(greatest(tries) / DAY) - Math.floor(least(tries) / DAY) + 1;
  const denied = tries.reduce((sum, each) => sum + each.denied, 0);
  const fromOutside = tries.every(({ client }) => names.isOutside(client));
  const who = denied > 0 ? `${counted(denied, 'connection')} denied by a firewall` : 'nobody answered';
  if (days >= PERSISTENT_DAYS && !fromOutside)
    return { severity: 'medium', because: `${who}, and it goes on for ${counted(days, 'day')}: somebody may miss it` };
  const why = fromOutside ? 'came from outside, where everything is tried' : 'was on one day only';
  return { severity: 'low', because: `${who}, and it ${why}` };
}

function finding(
  about: readonly string[],
  tries: readonly Dependency[],
  names: EstateNames,
  { words, severity, because }: { words: string; severity: Severity; because: string },
): Finding {
  const ends = (side: 'client' | 'server') => new Set(tries.flatMap((each) => names.addresses(each[side])));
  const services = new Map(tries.map(({ service }) => [serviceKey(service), service]));
  return {
    id: contentId('f', ['denied-attempts', ...about]),
    kind: 'denied-attempts',
    application: names.application(soleApplication(tries, names)),
    severity,
    because,
    words,
    firstSeen: least(tries),
    lastSeen: greatest(tries),
    connections: tries.reduce((sum, { connections }) => sum + connections, 0),
    ...named(tries.map(({ client }) => names.workload(client))),
    filter: conversationFilter({ clients: ends('client'), servers: ends('server'), services: [...services.values()] }),
    rules: [],
  };
}

/** The one whose doors were tried; otherwise the one that all who tried are of. */
function soleApplication(tries: readonly Dependency[], names: EstateNames): string | null {
  for (const side of ['server', 'client'] as const) {
    const [only, ...others] = new Set(tries.map((each) => names.groupOf(each[side]).application));
    if (only !== undefined && only !== null && others.length === 0) return only;
  }
  return null;
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
