import fc from 'fast-check';
import { formatAddress } from '../../../ingest/kernel/ip';
import { hasPorts } from '../../../ingest/kernel/port';
import { conversationName, parseConversationName } from './name';

const V4 = { scope: '', client: '10.0.0.9', server: '10.1.1.5' };

it.each([
  ['10.0.0.9 -> 10.1.1.5:443/tcp', { ...V4, protocol: 6, port: 443 }],
  ['10.0.0.9→10.1.1.5:53/UDP', { ...V4, protocol: 17, port: 53 }],
  ['10.0.0.9 -> 10.1.1.5:icmp/8/0', { ...V4, protocol: 1, port: 2048 }],
  ['10.0.0.9 -> 10.1.1.5:icmp/3', { ...V4, protocol: 1, port: 768 }],
  ['10.0.0.9 -> 10.1.1.5:gre', { ...V4, protocol: 47, port: 0 }],
  ['10.0.0.9 -> 10.1.1.5:protocol/253', { ...V4, protocol: 253, port: 0 }],
  [
    '2001:DB8::9 -> [2001:db8::5]:22/tcp',
    { scope: '', client: '2001:db8::9', server: '2001:db8::5', protocol: 6, port: 22 },
  ],
])('reads %s', (text, key) => {
  expect(parseConversationName(text)).toEqual(key);
});

it.each([
  '',
  '10.0.0.9',
  '10.0.0.9 -> 10.1.1.5',
  '10.0.0.9 -> 10.1.1.5:443',
  '10.0.0.9 -> 10.1.1.5:70000/tcp',
  '10.0.0.9 -> 10.1.1.5:tcp',
  '10.0.0.9 -> 10.1.1.5:icmp',
  '10.0.0.9 -> 10.1.1.5:gre/1',
  '10.0.0.9 -> 10.1.1.5:1/2/3/4',
  '10.0.0.9 -> 10.1.1.5:protocol/256',
  '10.0.0.9 -> 10.1.1.5:443/gre',
  '10.0.0.9 -> 2001:db8::5:https',
])('does not take %j for a conversation', (text) => {
  expect(() => parseConversationName(text)).toThrow(expect.objectContaining({ code: 'bad-conversation' }));
});

it('refuses addresses that are none', () => {
  expect(() => parseConversationName('web -> 10.1.1.5:443/tcp')).toThrow(
    expect.objectContaining({ code: 'bad-address' }),
  );
});

it('reads what it writes', () => {
  const address = fc.oneof(
    fc.bigInt({ min: 0xffff_0000_0000n, max: 0xffff_ffff_ffffn }),
    fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
  );
  const key = fc.record({
    scope: fc.constant('vpc-1'),
    client: address.map(formatAddress),
    server: address.map(formatAddress),
    protocol: fc.integer({ min: 0, max: 255 }),
    port: fc.integer({ min: 0, max: 65_535 }),
  });
  fc.assert(
    fc.property(key, (drawn) => {
      const port = hasPorts(drawn.protocol) || [1, 58].includes(drawn.protocol) ? drawn.port : 0;
      expect(parseConversationName(conversationName({ ...drawn, port }), 'vpc-1')).toEqual({ ...drawn, port });
    }),
  );
});
