import * as fc from 'fast-check';
import { WayleaveError } from '../../../../ingest/kernel/errors';
import type { SourceDocument, SourceOptions } from '../../source';
import { logOns } from '.';

const csv = (text: string): SourceDocument => ({ name: 'log-ons.csv', text, json: undefined });
const json = (value: unknown): SourceDocument => ({ name: 'events.json', text: JSON.stringify(value), json: value });
const lines = (...values: unknown[]): SourceDocument => ({
  name: 'events.jsonl',
  text: values.map((value) => JSON.stringify(value)).join('\n'),
  json: undefined,
});

const DAY = '2026-11-21T';
const brief = (document: SourceDocument, options: SourceOptions = {}) =>
  logOns.read([document], options).logOns.map(({ user, address, since, until }) => {
    const hour = (moment?: number) => (moment === undefined ? '' : new Date(moment).toISOString().slice(11, 16));
    return `${user} ${address} ${hour(since)}..${hour(until)}`;
  });

interface Made {
  readonly id: number;
  readonly hour: string;
  readonly user?: string;
  readonly address?: string;
  readonly session?: string;
}
const data = ({ user = 'alice', address = '10.0.0.5', session = '0x3e9' }: Made) => ({
  TargetUserName: user,
  TargetDomainName: 'CORP',
  TargetLogonId: session,
  IpAddress: address,
  LogonType: '3',
});

/** Every form a collector has for the same event. */
const FORMS: Record<string, (made: Made) => unknown> = {
  nxlog: (made) => ({
    EventID: made.id,
    '@timestamp': `${DAY}${made.hour}:00Z`,
    EventTime: '2026-11-21 23:59:00',
    Hostname: 'dc1',
    ...data(made),
  }),
  winlogbeat: (made) => ({
    '@timestamp': `${DAY}${made.hour}:00.000Z`,
    winlog: { event_id: String(made.id), computer_name: 'dc1', event_data: data(made) },
  }),
  evtx_dump: (made) => ({
    Event: {
      System: {
        EventID: { '#text': made.id, '#attributes': { Qualifiers: '' } },
        TimeCreated: { '#attributes': { SystemTime: `${DAY}${made.hour}:00Z` } },
        Computer: 'dc1',
      },
      EventData: data(made),
    },
  }),
  'Get-WinEvent': (made) => {
    const { TargetUserName, TargetDomainName, TargetLogonId, IpAddress } = data(made);
    const account = ['S-1-5', TargetUserName, TargetDomainName, TargetLogonId];
    const values =
      made.id === 4624
        ? ['S-1-0', '-', '-', 0, ...account, ...Array.from({ length: 10 }, () => '-'), IpAddress, '0']
        : [...account, 3];
    return {
      Id: made.id,
      TimeCreated: `/Date(${Date.parse(`${DAY}${made.hour}:00Z`)})/`,
      MachineName: 'dc1',
      Properties: values.map((Value) => ({ Value })),
    };
  },
};

describe('log-ons', () => {
  it.each([
    [
      'columns as we call them',
      'user,address,from,to\nAlice,10.0.0.5,2026-11-21 08:00,2026-11-21 09:00\n',
      {},
      ['alice 10.0.0.5 08:00..09:00'],
    ],
    [
      'usual columns',
      'User Name;Client IP;Start Time\nalice;10.0.0.5;2026-11-21T08:00:00Z\n',
      {},
      ['alice 10.0.0.5 08:00..'],
    ],
    [
      'a mapping',
      'who,where,when\nalice,10.0.0.5,2026-11-21T08:00:00Z\n',
      { mapping: { user: 'who', address: 'Where', from: 'when' } },
      ['alice 10.0.0.5 08:00..'],
    ],
  ])('reads %s', (_what, text, options, expected) => {
    expect(brief(csv(text), options)).toEqual(expected);
  });

  it.each(Object.entries(FORMS))('reads events of %s, as a list and one a line, in any order', (_form, event) => {
    const events = [
      event({ id: 4634, hour: '09:00' }),
      event({ id: 4624, hour: '08:00' }),
      event({ id: 4624, hour: '10:00', user: 'BOB', address: '::ffff:10.0.0.6', session: '0x4' }),
      event({ id: 4647, hour: '11:30', user: 'bob', session: '0X4' }),
      event({ id: 4672, hour: '08:00' }),
    ];
    for (const document of [json(events), lines(...events)]) {
      expect(logOns.recognise(document)).toBe(true);
      expect(brief(document)).toEqual(['corp\\alice 10.0.0.5 08:00..09:00', 'corp\\bob 10.0.0.6 10:00..11:30']);
    }
  });

  it('is recognised by a mapping of the user', () => {
    const text = 'Konto,Rechner,from\nalice,10.0.0.5,2026-11-21T08:00:00Z\n';
    expect(logOns.recognise(csv(text))).toBe(false);
    expect(logOns.recognise(csv(text), { mapping: { address: 'Rechner' } })).toBe(false);
    expect(logOns.recognise(csv(text), { mapping: { user: 'Konto', address: 'Rechner' } })).toBe(true);
  });

  it('reads events in columns', () => {
    const text =
      'EventID,TimeCreated,Computer,TargetUserName,TargetDomainName,TargetLogonId,IpAddress\n4624,11/21/2026 8:00:00 AM,dc1,alice,CORP,0x1,10.0.0.5\n4634,11/21/2026 9:00:00 AM,dc1,alice,CORP,0x1,\n';
    expect(logOns.recognise(csv(text))).toBe(true);
    expect(brief(csv(text))).toEqual(['corp\\alice 10.0.0.5 08:00..09:00']);
  });

  const nxlog = FORMS.nxlog ?? (() => undefined);

  it.each([
    ['a computer', { user: 'PC-1$' }],
    ['the system', { user: 'SYSTEM' }],
    ['a window manager', { user: 'DWM-3' }],
    ['nobody', { user: 'ANONYMOUS LOGON' }],
    ['somebody at the computer itself', { address: '-' }],
    ['somebody on the loopback address', { address: '127.0.0.1' }],
  ])('passes over log-ons of %s', (_who, made) => {
    const { logOns: found, rejects, notes } = logOns.read([json([nxlog({ id: 4624, hour: '08:00', ...made })])], {});
    expect({ found, rejects, notes }).toEqual({ found: [], rejects: [], notes: [] });
  });

  it('lets a log-on whose log-off is missing last as long as a ticket, and says how many', () => {
    const events = [
      nxlog({ id: 4624, hour: '01:00' }),
      nxlog({ id: 4624, hour: '12:00', user: 'bob' }),
      nxlog({ id: 4634, hour: '13:00', user: 'bob' }),
      nxlog({ id: 4634, hour: '14:00', user: 'carol', session: '0x9' }),
    ];
    expect(brief(json(events))).toEqual(['corp\\alice 10.0.0.5 01:00..11:00', 'corp\\bob 10.0.0.5 12:00..13:00']);
    expect(logOns.read([json(events)], {}).notes).toEqual([
      'log-ons without a log-off, taken to have lasted 10 hours: 1',
    ]);
  });

  it('makes one span of log-ons that overlap', () => {
    const times = [
      ['08:00', '09:00'],
      ['08:30', '08:40'],
      ['09:00', '10:00'],
      ['11:00', '12:00'],
      ['11:30', ''],
    ];
    const rows = times.map(([from, to]) => `alice,10.0.0.5,${DAY}${from}Z,${to === '' ? '' : `${DAY}${to}Z`}`);
    expect(brief(csv(['user,address,from,to', ...rows].join('\n')))).toEqual([
      'alice 10.0.0.5 08:00..10:00',
      'alice 10.0.0.5 11:00..',
    ]);
  });

  it('reports what is wrong by its place, takes the rest, and only ever adds', () => {
    const table = csv(
      `user,address,from,to\nalice,10.0.0.5,${DAY}08:00Z,\n,10.0.0.5,${DAY}08:00Z,\nbob,10.0.0,${DAY}08:00Z,\nbob,10.0.0.5,soon,\nbob,10.0.0.5,${DAY}08:00Z,${DAY}07:00Z\nbob\n`,
    );
    const events = json([
      nxlog({ id: 4624, hour: '26:00' }),
      nxlog({ id: 4624, hour: '08:00', address: 'pc-7' }),
      nxlog({ id: 4624, hour: '08:00', user: 'dave' }),
    ]);
    const { logOns: found, rejects, complete, claims } = logOns.read([table, events], { scope: 'office' });
    expect(found.map(({ user, scope }) => [user, scope])).toEqual([
      ['alice', 'office'],
      ['corp\\dave', 'office'],
    ]);
    expect(rejects.map(({ where }) => where)).toEqual([
      'log-ons.csv, line 7',
      'log-ons.csv, line 3',
      'log-ons.csv, line 4',
      'log-ons.csv, line 5',
      'log-ons.csv, line 6',
      'events.json, [0]',
      'events.json, [1]',
    ]);
    expect({ complete, claims }).toEqual({ complete: false, claims: [] });
  });

  it.each([[csv('address,name\n10.0.0.1,a')], [json([{ EventID: 4688 }])], [json({ kind: 'List' })], [csv('')]])(
    'does not take %j for log-ons',
    (document) => {
      expect(logOns.recognise(document)).toBe(false);
      expect(() => logOns.read([document], {})).toThrow(expect.objectContaining({ code: 'bad-inventory' }));
    },
  );

  it('never throws anything but a WayleaveError', () => {
    const key = fc.constantFrom(
      'EventID',
      'Event',
      'System',
      'Properties',
      'Value',
      '@timestamp',
      'TargetUserName',
      'IpAddress',
      '__proto__',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.constantFrom(4624, '4634', 'toString', '10.0.0.1'),
        fc.array(tie('value')),
        fc.dictionary(key, tie('value')),
      ),
    }));
    const text = fc
      .array(fc.oneof(fc.constantFrom('\n', ',', '10.0.0.1', `${DAY}08:00Z`), fc.string()))
      .map((cells) => `user,address,from,to\n${cells.join('')}`);
    fc.assert(
      fc.property(fc.oneof(fc.array(value).map(json), text.map(csv), fc.string().map(csv)), (document) => {
        try {
          logOns.recognise(document);
          logOns.read([document], {});
        } catch (error) {
          if (!(error instanceof WayleaveError)) throw error;
        }
      }),
    );
  });
});
