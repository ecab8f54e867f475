import type { AddressAnswer, ConversationAnswer } from '../../../analytics/conversations/query';
import { printFlow } from './flows';
import { count, plural } from './table';

export function printConversationAnswer({ conversation, findings, flows, profile }: ConversationAnswer): string {
  const { conversation: name, service, scope } = conversation;
  const behind =
    flows.count === 0
      ? '  no raw flows are there any more\n'
      : `  ${plural(flows.count, 'raw flow')} in its latest ${plural(flows.hours.length, 'hour')} with traffic, beginning with\n` +
        flows.first.map(printFlow).join('').replaceAll(/^/gm, '    ').trimEnd() +
        '\n';
  return `${name}  ${service}${scope === '' ? '' : ` in ${scope}`}\n${lines(findings)}${usual(profile)}${behind}`;
}

export function printAddressAnswer({ address, findings }: AddressAnswer): string {
  return `${address}\n${lines(findings)}`;
}

function lines(findings: readonly { readonly topic: string; readonly text: string }[]): string {
  return findings.map(({ topic, text }) => `  ${topic.padEnd(12)}${text}\n`).join('');
}

function usual(profile: ConversationAnswer['profile']): string {
  if (!profile) return '';
  const { connectionsPerHour: connections, bytesPerHour: bytes } = profile;
  return (
    `  ${'volume'.padEnd(12)}in an hour with traffic ${plural(connections.median, 'connection')} and ${plural(bytes.median, 'byte')} (median), ` +
    `at most ${count(connections.most)} and ${count(bytes.most)}\n`
  );
}
