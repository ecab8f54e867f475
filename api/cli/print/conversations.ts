import type { ListedConversation } from '../../../analytics/conversations/query';
import { formatTime } from '../../../ingest/kernel/time';
import { UNNAMED_SOURCE } from './exporters';
import { count, few, plural } from './table';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const NAMES_SHOWN = 3;

export function printConversations(found: readonly ListedConversation[]): string {
  return found.map(printConversation).join('');
}

function printConversation(one: ListedConversation): string {
  const { conversation, scope, service, clientNames, serverNames, hour } = one;
  const known = clientNames.length > 0 || serverNames.length > 0;
  const [client, server] = [clientNames, serverNames].map((of) => (of.length > 0 ? few(of, NAMES_SHOWN) : 'unknown'));
  const when = hour === undefined ? '' : `${formatTime(hour)}  `;
  return (
    `${when}${conversation}  ${service}${scope === '' ? '' : ` in ${scope}`}${known ? `  (${client} → ${server})` : ''}\n` +
    `    ${outcome(one)}, ${plural(one.bytes, 'byte')}\n` +
    `    ${times(one)}; direction level ${one.direction}, confidence ${one.confidence}; by ${seenBy(one)}\n`
  );
}

function outcome({ connections, established, refused, unanswered, halfOpen, denied }: ListedConversation): string {
  const parts = [
    [established, 'established'],
    [refused, 'refused'],
    [unanswered, 'unanswered'],
    [halfOpen, 'half-open'],
    [denied, 'denied'],
  ] as const;
  const said = parts.flatMap(([number, word]) => (number > 0 ? [`${count(number)} ${word}`] : []));
  return `${plural(connections, 'connection')}: ${said.length > 0 ? said.join(', ') : 'none answered'}`;
}

function times({ hour, firstSeen, lastSeen, hours, days, weekdays }: ListedConversation): string {
  const span = `${formatTime(firstSeen)} to ${formatTime(lastSeen)}`;
  if (hour !== undefined) return span;
  const busy = WEEKDAYS.filter((_, at) => (weekdays[at] ?? 0) > 0);
  return `${span}, ${plural(hours, 'hour')} of ${plural(days, 'day')} (${busy.join(' ')})`;
}

/** What comes as a file may name no exporter. */
function seenBy({ reporters, points }: ListedConversation): string {
  const known = reporters.filter((address) => address !== '::');
  return few(known.length > 0 ? known : points, NAMES_SHOWN) || UNNAMED_SOURCE;
}
