import fc from 'fast-check';
import {
  addressFromBytes,
  addressToBytes,
  contains,
  formatAddress,
  formatPrefix,
  isV4,
  lastOf,
  parseAddress,
  parsePrefix,
  prefixOf,
} from './ip';

const address = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });

describe('addresses', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::', '::'],
  ])('%s is written %s', (text, canonical) => {
    expect(formatAddress(parseAddress(text))).toBe(canonical);
  });

  it.each(['', '10.0.0', '10.0.0.256', '0x7f.1', '010.0.0.1', 'host', '10.0.0.1/8', '1::2::3'])(
    'refuses %j',
    (text) => {
      expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'bad-address' }));
    },
  );

  it('survives bytes and text', () => {
    fc.assert(
      fc.property(address, (value) => {
        expect(addressFromBytes(addressToBytes(value))).toBe(value);
        expect(parseAddress(formatAddress(value))).toBe(value);
      }),
    );
  });

  it('takes the four bytes of the wire for IPv4', () => {
    expect(formatAddress(addressFromBytes([192, 0, 2, 7]))).toBe('192.0.2.7');
    expect(isV4(parseAddress('192.0.2.7'))).toBe(true);
    expect(isV4(parseAddress('2001:db8::1'))).toBe(false);
  });
});

describe('prefixes', () => {
  it.each(['10.0.0.0/8', '0.0.0.0/0', '192.0.2.7/32', '2001:db8::/32', '::/0', 'fe80::/10'])(
    '%s is written back',
    (text) => {
      expect(formatPrefix(parsePrefix(text))).toBe(text);
    },
  );

  it('takes a bare address for itself', () => {
    expect(formatPrefix(parsePrefix('10.1.2.3'))).toBe('10.1.2.3/32');
  });

  it.each([
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '2001:db8::/129',
    '2001:db8::1/64',
    '10.0.0.0/8.0',
  ])('refuses %j', (text) => {
    expect(() => parsePrefix(text)).toThrow(expect.objectContaining({ code: 'bad-prefix' }));
  });

  it('holds its first and last address and neither neighbour', () => {
    fc.assert(
      fc.property(address, fc.integer({ min: 1, max: 128 }), (value, length) => {
        const prefix = prefixOf(value, length);
        expect(contains(prefix, value)).toBe(true);
        expect(contains(prefix, prefix.base)).toBe(true);
        expect(contains(prefix, lastOf(prefix))).toBe(true);
        expect(prefix.base > 0n && contains(prefix, prefix.base - 1n)).toBe(false);
      }),
    );
  });
});
