import { formatAddress, addressFromBytes, parsePrefix } from '../kernel/ip';
import { DropCounts } from './drop-counts';
import { createSenders } from './senders';

describe('senders', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s is %s', (text, name) => {
    const sender = createSenders(undefined)(text);
    expect(sender).toMatchObject({ name, allowed: true });
    expect(formatAddress(addressFromBytes(sender.address))).toBe(name);
  });

  it('are taken only if they are on the list, when there is one', () => {
    const senderOf = createSenders(['10.0.0.0/8', '2001:db8::/32'].map(parsePrefix));
    const allowed = (address: string) => senderOf(address).allowed;
    expect(['10.9.9.9', '::ffff:10.1.1.1', '2001:db8::5'].map(allowed)).toEqual([true, true, true]);
    expect(['11.0.0.1', '2001:db9::1', '::1'].map(allowed)).toEqual([false, false, false]);
  });

  it('are the same after more have come than are remembered', () => {
    const senderOf = createSenders(['10.0.0.0/9'].map(parsePrefix));
    for (let i = 0; i < 25_000; i++) senderOf(`10.128.${i >> 8}.${i & 255}`);
    expect(senderOf('10.0.0.1')).toMatchObject({ name: '10.0.0.1', allowed: true });
    expect(senderOf('10.128.0.0').allowed).toBe(false);
  });
});

describe('drop counts', () => {
  it('keep every count, and the senders that were dropped last', () => {
    const counts = new DropCounts<'spool-full' | 'not-allowed'>();
    counts.add('spool-full', '10.0.0.0');
    for (let i = 0; i < 5000; i++) counts.add('not-allowed', `10.0.${i >> 8}.${i & 255}`);
    counts.add('not-allowed', '10.0.19.135');
    expect(counts.all()).toEqual({ 'not-allowed': 5001, 'spool-full': 1 });
    expect(counts.of('not-allowed')).toBe(5001);
    const senders = counts.senders();
    const strangers = senders.filter(({ reason }) => reason === 'not-allowed');
    expect(strangers).toHaveLength(4096);
    expect(strangers[0]).toEqual({ address: '10.0.19.135', reason: 'not-allowed', count: 2 });
    expect(strangers.map(({ address }) => address)).not.toContain('10.0.0.0');
    // Exporters are not pushed out by strangers.
    expect(senders).toContainEqual({ address: '10.0.0.0', reason: 'spool-full', count: 1 });
  });
});
