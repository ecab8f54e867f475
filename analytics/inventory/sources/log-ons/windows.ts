import { formatAddress, parseAddress } from '../../../../ingest/kernel/ip';
import type { LogOn } from '../../source';
import { textOf, valuesAt } from '../json/path';
import { parseMoment } from '../moment';

/** A log-on or log-off that a Windows computer wrote into its Security log. */
export interface WindowsEvent {
  readonly kind: 'on' | 'off';
  /** Epoch milliseconds. */
  readonly time: number;
  /** `corp\alice`. */
  readonly user: string;
  /** Where the user was, canonical text; '' where the event does not say. */
  readonly address: string;
  /** The computer and its number of the session, which a log-off has in common with its log-on. */
  readonly session: string;
}

/** An account was successfully logged on; was logged off; a user initiated the log-off. */
const KINDS: Readonly<Record<string, WindowsEvent['kind']>> = { '4624': 'on', '4634': 'off', '4647': 'off' };

/** Where collectors put the event's number: NXLog, Get-WinEvent, winlogbeat, evtx_dump. */
const NUMBERS = [
  'EventID',
  'EventId',
  'Id',
  'winlog.event_id',
  'event_id',
  'Event.System.EventID',
  'Event.System.EventID.#text',
];
/** UTC before what may be the computer's own time. */
const TIMES = [
  '@timestamp',
  'Event.System.TimeCreated.#attributes.SystemTime',
  'Event.System.TimeCreated.SystemTime',
  'UtcTime',
  'TimeCreated',
  'EventTime',
];
const COMPUTERS = ['winlog.computer_name', 'Event.System.Computer', 'MachineName', 'Computer', 'Hostname', 'host.name'];

/** Get-WinEvent gives an event's data by place only: Windows' manifest of the event, version 2 of 4624 and version 0 of the others. */
const PLACES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  '4624': { TargetUserName: 5, TargetDomainName: 6, TargetLogonId: 7, IpAddress: 18 },
  '4634': { TargetUserName: 1, TargetDomainName: 2, TargetLogonId: 3 },
  '4647': { TargetUserName: 1, TargetDomainName: 2, TargetLogonId: 3 },
};

/** Accounts of the system and of computers, which are nobody. */
const NOBODY = /^(.*\$|-|system|anonymous logon|local service|network service|iusr|(dwm|umfd)-\d+|)$/i;
const NOWHERE = /^(|-|local|::1|127\..*|0\.0\.0\.0|::)$/i;

/** The number of the event, '' where a record has none. */
export function eventNumber(record: unknown): string {
  return first(record, NUMBERS);
}

export function isLogOnEvent(record: unknown): boolean {
  return Object.hasOwn(KINDS, eventNumber(record));
}

/**
 * The event of a record, in whatever form a collector has it; undefined for other events and for accounts that are nobody's.
 * @throws Error where the time or the address is none
 */
export function windowsEvent(record: unknown): WindowsEvent | undefined {
  const number = eventNumber(record);
  const kind = Object.hasOwn(KINDS, number) ? KINDS[number] : undefined;
  if (kind === undefined) return undefined;
  const data = (name: string) =>
    first(record, [name, `winlog.event_data.${name}`, `Event.EventData.${name}`, `EventData.${name}`]) ||
    first(record, [`Properties[${PLACES[number]?.[name] ?? -1}].Value`]);
  const account = data('TargetUserName');
  if (NOBODY.test(account)) return undefined;
  const when = first(record, TIMES);
  const time = parseMoment(when);
  if (time === undefined) throw new Error(`"${when.slice(0, 40)}" is no moment such as 2026-11-21T10:00:00Z`);
  const address = data('IpAddress');
  const domain = data('TargetDomainName');
  return {
    kind,
    time,
    user: (domain === '' || domain === '-' ? account : `${domain}\\${account}`).toLowerCase(),
    address: NOWHERE.test(address) ? '' : formatAddress(parseAddress(address)),
    session: `${first(record, COMPUTERS)} ${data('TargetLogonId')}`.toLowerCase(),
  };
}

/**
 * A log-off that was never seen (a computer that lost its power, a log that was cut) would leave a user there for ever. A
 * Kerberos ticket, on which a session rests, is renewed after 10 hours (Windows' default "maximum lifetime for user
 * ticket"), and a renewal is a log-on.
 */
const LONGEST_UNSEEN = 10 * 3_600_000;

/** Sessions of events in any order; those whose log-off is missing are taken to end 10 hours after their log-on, and counted. */
export function sessionsOf(events: readonly WindowsEvent[], scope: string): { logOns: LogOn[]; unended: number } {
  const open = new Map<string, WindowsEvent>();
  const logOns: LogOn[] = [];
  let unended = 0;
  const close = (on: WindowsEvent, until: number) =>
    logOns.push({ user: on.user, address: on.address, scope, since: on.time, until });
  const abandon = (on: WindowsEvent) => {
    unended++;
    close(on, on.time + LONGEST_UNSEEN);
  };
  for (const event of events.toSorted((a, b) => a.time - b.time)) {
    const on = open.get(event.session);
    open.delete(event.session);
    if (event.kind === 'off') {
      if (on) close(on, event.time);
      continue;
    }
    // Numbers of sessions begin anew when a computer does.
    if (on) abandon(on);
    if (event.address !== '') open.set(event.session, event);
  }
  for (const on of open.values()) abandon(on);
  return { logOns, unended };
}

function first(record: unknown, paths: readonly string[]): string {
  for (const path of paths) {
    const text = textOf(valuesAt(record, path)[0]);
    if (text !== '') return text;
  }
  return '';
}
