import type { Service } from '../../../analytics/model/service';
import type { GroupKind } from '../../../analytics/model/topology';
import type { RefusalCode } from '../../../recommender/model/policy';

const NUMBER = new Intl.NumberFormat('en');
const PERCENT = new Intl.NumberFormat('en', { style: 'percent', maximumSignificantDigits: 3 });
const DATE: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', timeZone: 'UTC' };
const DAY = new Intl.DateTimeFormat('en-GB', { ...DATE, year: 'numeric' });
const MOMENT = new Intl.DateTimeFormat('en-GB', { ...DATE, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** "1,204" */
export function number(value: number): string {
  return NUMBER.format(value);
}

/** "1 rule", "1,204 rules" */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** "a, b and 1,204 more" */
export function fewOf(names: readonly string[], most: number): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${number(rest)} more` : names.join(', ');
}

/** 0.0123 is "1.23%"; what is not nothing never reads as nothing. */
export function percent(share: number): string {
  return share > 0 && share < 0.0001 ? '<0.01%' : PERCENT.format(share);
}

/** "1.2 GB", powers of ten as network people count. */
export function bytes(value: number): string {
  const unit = Math.min(4, Math.floor(Math.log10(Math.max(1, value)) / 3));
  const scaled = value / 1000 ** unit;
  return `${scaled.toFixed(unit > 0 && scaled < 10 ? 1 : 0)} ${['B', 'kB', 'MB', 'GB', 'TB'][unit] ?? ''}`;
}

/** "14 Mar, 09:00", UTC. @param seconds since the epoch */
export function moment(seconds: number): string {
  return MOMENT.format(seconds * 1000);
}

/** "14 Mar 2026, 09:00 UTC". @param time ISO 8601 */
export function minute(time: string): string {
  const at = Date.parse(time);
  return `${DAY.format(at)}, ${moment(at / 1000).split(', ')[1] ?? ''} UTC`;
}

/** "14 Mar 2026, 00:00 to 15 Mar, 00:00 UTC" */
export function span({ from, to }: { readonly from: number; readonly to: number }): string {
  return `${DAY.format(from * 1000)}, ${moment(from).split(', ')[1] ?? ''} to ${moment(to)} UTC`;
}

/** The protocols that rules are mostly about; numbers serve for the rest. */
const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  47: 'gre',
  50: 'esp',
  58: 'icmp6',
  132: 'sctp',
};

/** To the number, beside the names in a rule's words: "8443/tcp", "icmp 8/0", "gre", "135/tcp + 49152–50100". */
export function serviceWords(service: Service): string {
  const protocol = PROTOCOLS[service.protocol] ?? `protocol ${service.protocol}`;
  switch (service.kind) {
    case 'port':
      return `${service.port}/${protocol}`;
    case 'icmp':
      return `${protocol} ${service.type}/${service.code}`;
    case 'protocol':
      return protocol;
    case 'dynamic':
      return `${service.control === null ? protocol : `${service.control}/${protocol} +`} ${service.observed.first}–${service.observed.last}`;
  }
}

export const KIND_WORDS: Readonly<Record<GroupKind, string>> = {
  application: 'Application',
  tier: 'Tier',
  'shared-service': 'Shared service',
  scanner: 'Scanner',
  external: 'External',
  unknown: 'Unknown hosts',
};

/** By direction level, 1 to 6: on what grounds one end is called the client. */
const DIRECTION_WORDS = [
  'the exporter stated who started',
  'the server was proved to listen on this port',
  'the port belongs to a registered service',
  'the other port is ephemeral',
  'many clients use the same port',
  'the lower port is taken for the server’s, nothing better is known',
];

export function directionWords(level: number): string {
  return DIRECTION_WORDS[level - 1] ?? `level ${level}`;
}

export const REFUSAL_WORDS: Readonly<Record<RefusalCode, string>> = {
  unanswered: 'Never answered',
  denied: 'Already denied',
  scanner: 'Scanner',
  'ambiguous-direction': 'Direction unclear',
  'external-client': 'Client outside',
  alert: 'Alert',
  'single-sighting': 'Seen once',
  rejected: 'Refused by a person',
  'not-managed': 'Not managed',
  multicast: 'Multicast',
  'nothing-seen': 'Nothing seen',
};
