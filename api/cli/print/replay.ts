import { formatTime } from '../../../ingest/kernel/time';
import { rulesInOrder } from '../../../recommender/model/decide';
import type { Policy } from '../../../recommender/model/policy';
import type { Decision, Replay, UseList } from '../../../recommender/replay';
import { columns, count, cutAt, plural, section, share } from './table';

const DENIED_SHOWN = 10;

export function printReplay(replay: Replay): string {
  const { window, legitimate, denied, uncovered, surface, unused, superfluous, deniedExamples, setAside } = replay;
  const shown = deniedExamples.slice(0, DENIED_SHOWN);
  return [
    `Replayed over ${formatTime(window.from)} to ${formatTime(window.to)}`,
    `  legitimate traffic   ${plural(legitimate.connections, 'connection')} of ${plural(legitimate.tuples, 'pair of addresses and service', 'pairs of addresses and services')}`,
    `  would be denied      ${plural(denied.connections, 'connection')} (${share(denied.shareOfConnections)}), ${share(denied.shareOfPackets)} of packets, ${plural(denied.tuples, 'tuple')}`,
    `  attack surface open  ${count(surface.open)} of ${count(surface.possible)} (${share(surface.share)}); exact pairs would leave ${share(surface.exactShare)}`,
    `  no rule speaks of    ${plural(uncovered.connections, 'connection')} between managed ends`,
    `  rules without use    ${count(unused.length)}`,
    `  rules that may go    ${count(superfluous.length)} (shadowed, redundant or matching nothing)`,
    `  set aside            ${asideWords(setAside)}`,
    ...shown.map(({ words, connections, why }) => `    denied: ${words}, ${plural(connections, 'connection')}: ${why}`),
    '',
  ].join('\n');
}

const ASIDE: Readonly<Record<keyof Replay['setAside'], string>> = {
  multicast: 'to or from no host',
  scanner: 'opened by scanners',
  denied: 'denied on the way',
  unanswered: 'unanswered',
  alert: 'with alerts',
  ambiguous: 'whose direction is a guess',
};

function asideWords(setAside: Replay['setAside']): string {
  const parts = (Object.keys(ASIDE) as (keyof Replay['setAside'])[]).flatMap((fate) =>
    setAside[fate].tuples === 0 ? [] : `${plural(setAside[fate].connections, 'connection')} ${ASIDE[fate]}`,
  );
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** Every rule with what it decided, in the policy's order. */
export function printRules({ hits }: Replay, policy: Policy, limit: number): string {
  const used = new Map(hits.map((hit) => [hit.rule, hit]));
  const rows = rulesInOrder(policy).map(({ id, words }) => {
    const hit = used.get(id);
    return [id, count(hit?.tuples ?? 0), count(hit?.connections ?? 0), hit ? words : `${words} (unused)`];
  });
  return columns(['rule', 'tuples', 'connections', ''], rows.slice(0, limit)) + cutAt(rows.length, limit);
}

/** Pairs of the policy's groups, what is denied most first. */
export function printPairs({ pairs }: Replay, { groups }: Policy, limit: number): string {
  const names = new Map(groups.map(({ id, name }) => [id, name]));
  const nameOf = (group: string | null) => (group === null ? 'in no group' : (names.get(group) ?? group));
  const rows = pairs.map(({ client, server, permitted, denied }) => [
    nameOf(client),
    nameOf(server),
    count(permitted.connections),
    count(denied.connections),
  ]);
  return columns(['from', 'to', 'permitted', 'denied'], rows.slice(0, limit)) + cutAt(rows.length, limit);
}

export function printUses({ total, uses }: UseList, offset: number): string {
  const rows = uses.map(({ words, action, connections, lastSeen, why }) => [
    action,
    count(connections),
    formatTime(lastSeen),
    words,
    why,
  ]);
  const shown = `${count(offset + 1)} to ${count(offset + uses.length)} of ${plural(total.tuples, 'use')}`;
  if (uses.length === 0) return `none of ${plural(total.tuples, 'use')}\n`;
  return `${columns(['verdict', 'connections', 'last seen', 'use', 'why'], rows)}${shown}\n`;
}

/** Which rule decides, and on what evidence. */
export function printDecision({ words, rule, clientGroups, serverGroups, otherwise, logging }: Decision): string {
  const groupsOf = (groups: Decision['clientGroups']) => groups.map(({ name }) => name).join(', ') || 'no group';
  const evidence = rule?.evidence;
  return [
    `${words}\n`,
    `  client in            ${groupsOf(clientGroups)}\n`,
    `  server in            ${groupsOf(serverGroups)}\n`,
    `  what no rule admits  ${otherwise.action === 'deny' ? 'is denied' : 'passes'}\n`,
    evidence
      ? `  evidence             ${plural(evidence.connections, 'connection')} of ${plural(evidence.dependencies, 'workload pair and service', 'workload pairs and services')}, ${formatTime(evidence.firstSeen)} to ${formatTime(evidence.lastSeen)}\n`
      : '',
    section('Behind it', evidence?.examples ?? []),
    section(
      'Only logged by',
      logging.map((each) => `${each.id}: ${each.words}`),
    ),
  ].join('');
}
