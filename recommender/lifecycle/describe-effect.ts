import { formatTime } from '../../ingest/kernel/time';
import { describePacket } from '../export/compare';
import type { Difference } from './filter-change';
import type { ChangedUse, JudgedChange } from './judge-change';

const NUMBER = new Intl.NumberFormat('en-US');
const NAMED = 5;
const DAY = 86_400;

/**
 * What a change opens and what it would break, one line each: "opens 240 host:port pairs, 3 of them used in the last 30
 * days and denied before".
 *
 * @param judged missing where there is no traffic to judge by
 */
export function describeEffect(difference: Difference, judged?: JudgedChange): string[] {
  const { opened, closed, complete } = difference;
  const nothing = opened.length === 0 && closed.length === 0;
  if (nothing && complete) return ['every packet is decided as before'];
  return [
    ...(judged ? judgedWords(judged) : ['there is no recorded traffic to judge it by']),
    ...(opened.length > 0
      ? [`lets through and did not before: ${opened.slice(0, NAMED).map(describePacket).join('; ')}`]
      : []),
    ...(closed.length > 0
      ? [`denies and did not before: ${closed.slice(0, NAMED).map(describePacket).join('; ')}`]
      : []),
    ...(complete ? [] : ['there is more that is decided otherwise than is listed here']),
  ];
}

function judgedWords({ window, opened, countedAll, admitted, broken }: JudgedChange): string[] {
  const days = Math.max(1, Math.round((window.to - window.from) / DAY));
  const recent = `in the ${days === 1 ? 'last day' : `last ${days} days`} of recorded traffic`;
  const used = admitted.reduce((sum, { conversations }) => sum + conversations, 0);
  return [
    `opens ${countedAll ? '' : 'at least '}${counted(opened, 'host:port pair')}, ${NUMBER.format(used)} used ${recent} and denied before`,
    ...broken.slice(0, NAMED).map((use) => `breaks ${useWords(use)}`),
    ...(broken.length > NAMED ? [`breaks ${broken.length - NAMED} more, by groups and service`] : []),
    ...(broken.length === 0 ? [`breaks nothing that was used ${recent}`] : []),
    ...admitted.slice(0, NAMED).map((use) => `lets through ${useWords(use)}`),
  ];
}

function useWords({ client, server, service, conversations, lastSeen }: ChangedUse): string {
  return `${counted(conversations, 'conversation')} of ${client} → ${server} on ${service}, last seen ${formatTime(lastSeen)}`;
}

function counted(count: number, noun: string): string {
  return `${NUMBER.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}
