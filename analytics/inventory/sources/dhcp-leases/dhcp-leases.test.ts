import * as fc from 'fast-check';
import { WayleaveError } from '../../../../ingest/kernel/errors';
import type { SourceDocument, SourceOptions } from '../../source';
import { dhcpLeases } from '.';

const document = (text: string, name = 'leases'): SourceDocument => ({ name, text, json: undefined });
const read = (text: string, options: SourceOptions = {}) => dhcpLeases.read([document(text)], options);

/** `name key: address since..until`, times as UTC hours of 2026-11-21. */
const brief = (text: string, options: SourceOptions = {}) =>
  read(text, options).claims.map(({ key, name, addresses }) => {
    const hour = (moment?: number) => (moment === undefined ? '' : new Date(moment).toISOString().slice(11, 16));
    return `${name} ${key}: ${addresses.map(({ address, since, until }) => `${address} ${hour(since)}..${hour(until)}`).join(', ')}`;
  });

const A = 'aa:00:00:00:00:01';
const B = 'aa:00:00:00:00:02';
const isc = (address: string, client: string, starts: string, ends: string, ...more: string[]) =>
  [
    `lease ${address} {`,
    `  starts 6 2026/11/21 ${starts}:00;`,
    ends === 'never' ? '  ends never;' : `  ends 6 2026/11/21 ${ends}:00;`,
    '  cltt 6 2026/11/21 10:00:00;',
    ...(client === '' ? [] : [`  hardware ethernet ${client};`]),
    ...more.map((line) => `  ${line}`),
    '}',
    '',
  ].join('\n');

const T10 = Date.UTC(2026, 10, 21, 10) / 1000;
const KEA =
  'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n';
const KEA6 =
  'address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state\n';
const MICROSOFT = '"IPAddress","ScopeId","AddressState","ClientId","HostName","LeaseExpiryTime"\r\n';

describe('DHCP leases', () => {
  it.each([
    [
      'a lease',
      isc('10.0.0.5', A, '08:00', '10:00', 'binding state active;', 'client-hostname "PC-1";'),
      [`pc-1 ${A}: 10.0.0.5 08:00..10:00`],
    ],
    [
      'a renewal',
      isc('10.0.0.5', A, '08:00', '10:00') + isc('10.0.0.5', A, '09:00', '11:00'),
      [`${A} ${A}: 10.0.0.5 08:00..11:00`],
    ],
    [
      'a release',
      isc('10.0.0.5', A, '08:00', '10:00') + isc('10.0.0.5', A, '08:00', '08:30', 'binding state free;'),
      [`${A} ${A}: 10.0.0.5 08:00..08:30`],
    ],
    [
      'a return',
      isc('10.0.0.5', A, '08:00', '09:00') + isc('10.0.0.5', A, '11:00', '12:00'),
      [`${A} ${A}: 10.0.0.5 08:00..09:00, 10.0.0.5 11:00..12:00`],
    ],
    [
      'another client',
      isc('10.0.0.5', A, '08:00', '10:00') + isc('10.0.0.5', B, '09:00', '11:00'),
      [`${A} ${A}: 10.0.0.5 08:00..09:00`, `${B} ${B}: 10.0.0.5 09:00..11:00`],
    ],
    [
      'another address',
      isc('10.0.0.5', A, '08:00', '09:00') + isc('10.0.0.6', A, '09:00', 'never'),
      [`${A} ${A}: 10.0.0.5 08:00..09:00, 10.0.0.6 09:00..`],
    ],
    [
      'an address that was abandoned or never given',
      isc('10.0.0.5', A, '08:00', '09:00', 'binding state abandoned;') +
        isc('10.0.0.6', '', '08:00', '09:00', 'binding state free;'),
      [],
    ],
    [
      'blocks within, and a client without hardware address',
      isc('10.0.0.5', '', '08:00', '09:00', 'uid "\\001\\252}";', 'on expiry {', '  log ("}");', '}'),
      ['\\001\\252} \\001\\252}: 10.0.0.5 08:00..09:00'],
    ],
    [
      'local time, which is written as epoch',
      `lease 10.0.0.5 {\n  starts epoch ${T10}; # Sat\n  ends epoch ${T10 + 3600};\n  hardware ethernet ${A};\n}`,
      [`${A} ${A}: 10.0.0.5 10:00..11:00`],
    ],
  ])('of ISC dhcpd: %s', (_what, text, expected) => {
    expect(brief(text)).toEqual(expected);
  });

  it.each([
    [
      'a lease and its renewal',
      `${KEA}10.0.0.5,${A},,3600,${T10},1,0,0,pc-1,0,,0\n10.0.0.5,${A},,3600,${T10 + 1800},1,0,0,pc-1,0,,0\n`,
      [`pc-1 ${A}: 10.0.0.5 09:00..10:30`],
    ],
    [
      'a lease that was deleted at an unknown time',
      `${KEA}10.0.0.5,${A},,3600,${T10},1,0,0,,0,,0\n10.0.0.5,${A},,0,${T10},1,0,0,,0,,0\n`,
      [`${A} ${A}: 10.0.0.5 09:00..10:00`],
    ],
    ['declined addresses', `${KEA}10.0.0.5,,,3600,${T10},1,0,0,,1,,0\n`, []],
    ['an infinite lease', `${KEA}10.0.0.5,${A},,4294967295,${T10},1,0,0,,0,,0\n`, [`${A} ${A}: 10.0.0.5 ..`]],
    [
      'DHCPv6',
      `${KEA6}2001:DB8::5,00:01:AA,3600,${T10},1,1800,0,7,128,0,0,pc-1,,0\n2001:db8:1::,00:01:AA,3600,${T10},1,1800,2,7,56,0,0,,,0\n`,
      ['pc-1 00:01:aa: 2001:db8::5 09:00..10:00'],
    ],
  ])('of Kea: %s', (_what, text, expected) => {
    expect(brief(text)).toEqual(expected);
  });

  it.each([
    [
      'dnsmasq',
      `${T10} ${A} 10.0.0.5 PC-1 01:${A}\n0 ${B} 10.0.0.6 * *\nduid 00:01\n${T10} 1234 2001:db8::5 * 00:01:bb\n`,
      [`pc-1 ${A}: 10.0.0.5 ..10:00`, `${B} ${B}: 10.0.0.6 ..`, '00:01:bb 00:01:bb: 2001:db8::5 ..10:00'],
    ],
    [
      'the Microsoft DHCP server',
      `#TYPE x\r\n${MICROSOFT}"10.0.0.5","10.0.0.0","Active","aa-00-00-00-00-01","pc-1.corp","2026-11-21T11:00:00+01:00"\r\n"10.0.0.6","10.0.0.0","ActiveReservation","aa-00-00-00-00-02","",""\r\n"10.0.0.7","10.0.0.0","InactiveReservation","aa-00-00-00-00-03","",""\r\n`,
      [`pc-1.corp ${A}: 10.0.0.5 ..10:00`, `${B} ${B}: 10.0.0.6 ..`],
    ],
  ])('of %s, which does not say when they began', (_what, text, expected) => {
    expect(brief(text)).toEqual(expected);
    expect(read(text).notes).toEqual([expect.stringContaining('does not say when a lease began')]);
  });

  it('gives bare names the domain of the import, and claims its scope', () => {
    const text =
      isc('10.0.0.5', A, '08:00', '10:00', 'client-hostname "pc-1";') +
      isc('10.0.0.6', B, '08:00', '10:00', 'client-hostname "old";', 'set ddns-fwd-name = "pc-2.lab.";');
    const { claims, complete } = read(text, { domain: 'corp.', scope: 'office' });
    expect(claims.map(({ name, addresses }) => [name, addresses[0]?.scope])).toEqual([
      ['pc-1.corp', 'office'],
      ['pc-2.lab', 'office'],
    ]);
    expect(complete).toBe(false);
  });

  it.each([
    [
      'ISC dhcpd',
      `lease 10.0.0.4 {\n${isc('10.0.0.5', A, '08:00', '25:00')}${isc('10.0.0.6', A, '08:00', '10:00')}lease 10.0.0.999 {\n hardware ethernet ${A};\n}\nlease 10.0.0.7 {`,
      ['line 1', 'line 2', 'line 14', 'line 17'],
    ],
    [
      'Kea',
      `${KEA}10.0.0.5,${A},,3600,soon,1,0,0,,0,,0\n10.0.0.6,${A},,3600,${T10},1,0,0,,0,,0\nx,${A},,3600,${T10},1,0,0,,0,,0\nshort\n`,
      ['line 5', 'line 2', 'line 4'],
    ],
    [
      'dnsmasq',
      `${T10} ${A} 10.0.0.6 *\nx\n${T10} ${A} 10.0.0 *\n${T10} * 10.0.0.9 * *\n42 ${A} 10.0.0.9 * *`,
      ['line 2', 'line 3', 'line 4', 'line 5'],
    ],
    [
      'the Microsoft DHCP server',
      `${MICROSOFT}10.0.0.6,,Active,aa-00-00-00-00-01,,\n10.0.0.5,,Active,x,,21.11.2026 10:00\n10.0.0.5,,Active,,,\n`,
      ['line 3', 'line 4'],
    ],
  ])('reports what is wrong in a file of %s, and takes the rest', (_what, text, places) => {
    const { claims, rejects } = read(text);
    expect(claims.map(({ key, addresses }) => [key, addresses[0]?.address])).toEqual([[A, '10.0.0.6']]);
    expect(rejects.map(({ where }) => where)).toEqual(places);
  });

  it('takes logs that were rotated as one', () => {
    const documents = [
      document(isc('10.0.0.5', A, '09:00', '11:00'), 'new'),
      document(isc('10.0.0.5', A, '08:00', '10:00'), 'old'),
    ];
    expect(dhcpLeases.read(documents, {}).claims[0]?.addresses).toEqual([
      { address: '10.0.0.5', scope: '', since: Date.UTC(2026, 10, 21, 8), until: Date.UTC(2026, 10, 21, 11) },
    ]);
  });

  it.each(['', 'address,name\n10.0.0.1,a', '$ORIGIN x.', 'lease'])('does not take %j for leases', (text) => {
    expect(dhcpLeases.recognise(document(text))).toBe(false);
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'bad-inventory' }));
  });

  it('never lets two clients hold an address at once, and never throws anything but a WayleaveError', () => {
    const hour = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, '0')}:00`);
    const lease = fc
      .tuple(fc.constantFrom('10.0.0.5', '10.0.0.6'), fc.constantFrom(A, B), hour, hour)
      .map(([address, client, from, to]) => isc(address, client, from, to));
    const word = fc.oneof(
      lease,
      fc.constantFrom('lease 10.0.0.1 {\n', '}\n', 'ends never;\n', KEA, MICROSOFT, `${T10} ${A} `, '10.0.0.1', ','),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        try {
          const spans = read(words.join('')).claims.flatMap(({ key, addresses }) =>
            addresses.map((claimed) => ({ key, ...claimed })),
          );
          for (const a of spans) {
            for (const b of spans) {
              if (a === b || a.address !== b.address) continue;
              expect((a.until ?? Infinity) <= (b.since ?? 0) || (b.until ?? Infinity) <= (a.since ?? 0)).toBe(true);
            }
          }
        } catch (error) {
          if (!(error instanceof WayleaveError)) throw error;
        }
      }),
    );
  });
});
