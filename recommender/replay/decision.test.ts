import { SHOP } from '../model/policy.fixture';
import { decide } from './decision';

const ask = (client: string, server: string, port: number, protocol = 6) =>
  decide(SHOP, { client, server, protocol, port });

describe('which rule decides', () => {
  it('names the rule, its section and its evidence', () => {
    expect(ask('10.0.1.1', '10.0.2.2', 8443)).toMatchObject({
      action: 'allow',
      words: 'allowed by rule r-web-app of section shop: r-web-app in words',
      rule: { id: 'r-web-app', evidence: { connections: 10 } },
      section: { category: 'application', name: 'shop' },
      clientGroups: [{ id: 'web', name: 'web of shop' }],
      otherwise: { action: 'deny', outbound: [{ id: 'web' }], inbound: [{ id: 'app' }] },
    });
  });

  it.each([
    [
      'a closed pair',
      '10.0.1.1',
      '10.0.3.1',
      'denied by default: no rule covers web of shop → db of shop on postgres (5432/tcp), and web of shop is closed to outbound connections and db of shop is closed to inbound connections',
    ],
    [
      'strangers',
      '10.9.9.9',
      '10.9.9.8',
      'passes: no rule covers 10.9.9.9 → 10.9.9.8 on postgres (5432/tcp), and the policy closes neither end',
    ],
  ])('says which default decides of %s', (_, client, server, words) => {
    expect(ask(client, server, 5432)).toMatchObject({ words, rule: null, section: null });
  });

  it('says so of what is below any policy', () => {
    expect(ask('2001:db8:1::1', '2001:db8:1::53', 135 * 256, 58).words).toContain('neighbour discovery');
  });

  it('names rules that only log', () => {
    const [section] = SHOP.sections.slice(1);
    if (!section) throw new Error('the fixture has two sections');
    const staged = {
      ...SHOP,
      sections: [{ ...section, rules: section.rules.map((rule) => ({ ...rule, alertOnly: true as const })) }],
    };
    expect(decide(staged, { client: '10.0.1.1', server: '10.0.2.2', protocol: 6, port: 8443 })).toMatchObject({
      action: 'deny',
      logging: [{ id: 'r-web-app' }],
    });
  });

  it.each(['10.0.0', 'web', ''])('refuses what is no address: "%s"', (client) => {
    expect(() => ask(client, '10.0.0.1', 1)).toThrow(expect.objectContaining({ code: 'bad-address' }));
  });
});
