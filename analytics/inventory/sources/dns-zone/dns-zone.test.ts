import * as fc from 'fast-check';
import { WayleaveError } from '../../../../ingest/kernel/errors';
import type { SourceDocument, SourceOptions } from '../../source';
import { dnsZone } from '.';

const document = (text: string, name = 'db.example'): SourceDocument => ({ name, text, json: undefined });
const read = (text: string, options: SourceOptions = {}) => dnsZone.read([document(text)], options);
const brief = (text: string, options: SourceOptions = {}) =>
  read(text, options).claims.map(({ name, addresses, labels }) =>
    [name, addresses.map(({ address }) => address).join(), labels.aliases]
      .filter((part) => part !== undefined)
      .join(' '),
  );

const FORWARD = `
$ORIGIN example.com.
$TTL 1h ; a comment
@       IN SOA  ns1 hostmaster ( 2026112100 ; serial
                7200 3600
                1209600 3600 )
        NS      ns1
ns1     3600 IN A 10.0.0.53
web-1   IN 3600 A 10.0.0.1
        AAAA    2001:DB8::1
web-2   a       10.0.0.2
www     A       10.0.0.1
        A       10.0.0.2
shop    CNAME   www
buy     CNAME   shop.example.com.
note    TXT     "a ; b (" "c"
*       A       10.0.0.9
_ldap._tcp      SRV 0 100 389 dc1.corp
_gone._udp      SRV 0 0 0 .
$ORIGIN corp
dc1     A       10.0.1.1
10      A       10.0.1.10
`;

describe('zone files', () => {
  it('names every address by its own name, and others are aliases', () => {
    const { claims, rejects, complete } = read(FORWARD, { scope: 'dc' });
    expect(claims.slice(1, 2)).toEqual([
      {
        key: 'web-1.example.com',
        name: 'web-1.example.com',
        type: 'host',
        addresses: [
          { address: '10.0.0.1', scope: 'dc' },
          { address: '2001:db8::1', scope: 'dc' },
        ],
        labels: { aliases: 'buy.example.com, shop.example.com, www.example.com' },
      },
    ]);
    expect(claims.map(({ name, listens }) => [name, listens])).toEqual([
      ['ns1.example.com', undefined],
      ['web-1.example.com', undefined],
      ['web-2.example.com', undefined],
      ['dc1.corp.example.com', [{ protocol: 6, port: 389, name: 'ldap' }]],
      ['10.corp.example.com', undefined],
    ]);
    expect({ rejects, complete }).toEqual({ rejects: [], complete: true });
  });

  it('believes reverse zones first', () => {
    const reverse = `$ORIGIN 0.0.10.in-addr.arpa.
1 IN PTR real.example.com.
2 PTR real.example.com.
7.0/25 PTR seven.example.com.
$ORIGIN 8.b.d.0.1.0.0.2.ip6.arpa.
1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR six.example.com.
`;
    const { claims } = dnsZone.read([document('web.example.com. A 10.0.0.1'), document(reverse)], {});
    expect(
      claims.map(({ name, addresses, labels }) => [name, addresses.map(({ address }) => address), labels]),
    ).toEqual([
      ['real.example.com', ['10.0.0.1', '10.0.0.2'], { aliases: 'web.example.com' }],
      ['seven.example.com', ['10.0.0.7'], {}],
      ['six.example.com', ['2001:db8::1'], {}],
    ]);
  });

  it.each([
    [
      'relative names by the domain of the import',
      'a A 10.0.0.1\n@ A 10.0.0.2',
      { domain: 'Example.com.' },
      ['a.example.com 10.0.0.1', 'example.com 10.0.0.2'],
    ],
    [
      'a zone transfer',
      '; <<>> DiG 9.18 <<>> AXFR\nexample.com.\t3600\tIN\tSOA\tns1. a. 1 2 3 4 5\nA.example.com.\t3600\tIN\tA\t10.0.0.1\r\n',
      {},
      ['a.example.com 10.0.0.1'],
    ],
    ['a round robin without names of its own', 'r. A 10.0.0.1\nr. A 10.0.0.2', {}, ['r 10.0.0.1,10.0.0.2']],
    [
      '$GENERATE',
      '$ORIGIN x.\n$GENERATE 8-12/2 h${-7,3} A 10.0.0.$\n$GENERATE 10-11 n${0,2,x} 60 IN CNAME h001',
      {},
      ['h001.x 10.0.0.8 n0a.x, n0b.x', 'h003.x 10.0.0.10', 'h005.x 10.0.0.12'],
    ],
    ['CNAMEs in a ring', 'a. CNAME b.\nb. CNAME a.\nc. A 10.0.0.1', {}, ['c 10.0.0.1']],
  ])('reads %s', (_what, text, options, expected) => {
    expect(brief(text, options)).toEqual(expected);
  });

  it('reports what is wrong by line, and takes the rest', () => {
    const { claims, rejects } = read(
      [
        '  A 10.0.0.1',
        'a A 10.0.0.1',
        '$ORIGIN x.',
        'a A 10.0.0',
        'b A',
        'c TXT "open',
        'd A 10.0.0.2 10.0.0.3',
        '$INCLUDE other',
        '$GENERATE 1-70000 e$ A 10.0.0.1',
        '$GENERATE x e$ A 10.0.0.1',
        'f PTR g',
        'h A 10.0.0.4 )',
        'i A 10.0.0.5',
        'j TXT (',
      ].join('\n'),
    );
    expect(claims.map(({ name }) => name)).toEqual(['i.x']);
    expect(rejects.map(({ where, message }) => `${where}: ${message.slice(0, 32)}`)).toEqual([
      'line 6: a quote is not closed',
      'line 12: a parenthesis is closed that was',
      'line 14: a parenthesis is not closed',
      'line 1: a record without an owner',
      'line 2: "a" is relative, and nothing say',
      'line 5: no A record',
      'line 7: no A record',
      'line 8: $INCLUDE is not followed: the ot',
      'line 9: $GENERATE of more than 65536 rec',
      'line 10: "x" is no range',
      'line 4: "10.0.0" is not an IPv4 or IPv6 ',
      'line 11: "f.x" is not the reverse of an a',
    ]);
  });

  it('loses a bounded part of the file to a parenthesis that is not closed', () => {
    const hosts = Array.from({ length: 1000 }, (_, i) => `h${i}. A 10.0.${i >> 8}.${i & 255}`);
    const { claims, rejects } = read(['x. TXT (', ...hosts].join('\n'));
    expect([claims.length, rejects.length]).toEqual([1000 - 64, 1]);
  });

  it.each([
    [FORWARD, true],
    ['example.com. IN SOA ns1. a. 1 2 3 4 5', true],
    ['address,name\n10.0.0.1,a', false],
    ['lease 10.0.0.1 {', false],
  ])('recognises a zone by its SOA or directives', (text, expected) => {
    expect(dnsZone.recognise(document(text))).toBe(expected);
  });

  it('refuses what holds no record at all', () => {
    expect(() => read('address,name\n10.0.0.1,a')).toThrow(expect.objectContaining({ code: 'bad-inventory' }));
  });

  it('never throws anything but a WayleaveError', () => {
    const word = fc.oneof(
      fc.constantFrom(
        '$ORIGIN',
        '$GENERATE',
        '1-3',
        '${0,9,x}',
        '(',
        ')',
        '"',
        '\\',
        ';',
        '@',
        'A',
        'IN',
        'PTR',
        'SRV',
        '10.0.0.1',
        'x.',
        '1.0.0.10.in-addr.arpa.',
      ),
      fc.string(),
    );
    const text = fc.array(fc.tuple(word, fc.constantFrom(' ', '\n', '\t'))).map((words) => words.flat().join(''));
    fc.assert(
      fc.property(text, fc.option(fc.string(), { nil: undefined }), (text, domain) => {
        try {
          read(text, domain === undefined ? {} : { domain });
        } catch (error) {
          if (!(error instanceof WayleaveError)) throw error;
        }
      }),
    );
  });
});
