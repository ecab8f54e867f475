import * as fc from 'fast-check';
import { BACKENDS, exportPolicy } from '../export';
import { checkBody } from '../lifecycle/check-body';
import { mergeRecommendation, withPolicyId } from '../lifecycle';
import { foldEvents } from '../lifecycle/fold-events';
import { arbitraryPolicy } from '../model/arbitrary-policy.fixture';
import { createFilter } from '../model/decide';
import { getsThrough, type Packet } from '../model/packet-filter';
import type { Policy } from '../model/policy';
import { of, ruleOf, SHOP, tcp } from '../model/policy.fixture';
import { parseAddress } from '../../ingest/kernel/ip';
import { liftQuarantine, quarantine, quarantined, withQuarantinesOf, type QuarantineOrder } from '.';

const ORDER: QuarantineOrder = {
  name: 'app1',
  addresses: ['10.0.2.1', '2001:db8:1::2'],
  reason: 'it calls somebody every minute',
  finding: {
    id: 'threat-000000000000',
    words: 'app1 calls 198.51.100.1 every minute',
    seen: { from: 1_760_000_000, to: 1_760_003_600 },
    confidence: 0.7,
    filter: 'client 10.0.2.1 and server 198.51.100.1',
  },
  allow: [],
  now: 1_760_010_000,
  lasts: 86_400,
};
/** With rules that name who is cut off by a prefix, and as anybody. */
const BROAD: Policy = {
  ...SHOP,
  sections: [
    ...SHOP.sections,
    {
      id: 'broad',
      category: 'application',
      name: 'broad',
      rules: [
        ruleOf('r-any-in', [{ kind: 'any' }], [of('web')], [tcp(80)]),
        ruleOf('r-any-out', [of('web'), of('app')], [{ kind: 'any' }], [tcp(443)]),
        ruleOf(
          'r-net',
          [{ kind: 'prefix', prefix: '10.0.0.0/8' }],
          [{ kind: 'prefix', prefix: '10.0.2.0/23' }],
          [tcp(9100)],
        ),
      ],
    },
  ],
};
const RESPONDER = '10.0.0.4';
const CUT_OFF = '10.0.0.2';
const arbitraryOrder: QuarantineOrder = {
  ...ORDER,
  name: 'x',
  addresses: [CUT_OFF],
  allow: [{ kind: 'prefix', prefix: RESPONDER }],
};
const ADDRESSES = ['10.0.0.0', '10.0.0.1', CUT_OFF, '10.0.0.3', RESPONDER, '10.0.1.1', '198.51.100.7'];
const packet: fc.Arbitrary<Packet> = fc
  .record({
    src: fc.constantFrom(...ADDRESSES),
    dst: fc.constantFrom(...ADDRESSES),
    protocol: fc.constantFrom(1, 6, 17, 47, 50, 89, 132, 253),
    port: fc.constantFrom(0, 1, 53, 443, 8443, 49_200, 65_535),
  })
  .filter(({ src, dst }) => src !== dst)
  .map(({ src, dst, ...rest }) => ({ src: parseAddress(src), dst: parseAddress(dst), ...rest }));
const policies = arbitraryPolicy(['allow', 'deny']);
const concerns = ({ src, dst }: Packet) => [src, dst].includes(parseAddress(CUT_OFF));

describe('a quarantine', () => {
  it('outlasts the next recommendation for all there is, and is lifted as before', () => {
    const first = quarantine(SHOP, ORDER);
    const rerun: Policy = { ...SHOP, scope: { kind: 'everything' }, topology: 't-2' };
    const { body } = mergeRecommendation(first, rerun, foldEvents([]));
    expect(quarantined(body)).toEqual(['app1']);
    expect(body.sections[0]?.rules).toEqual(first.sections[0]?.rules);
    expect(body.appliedTo).toEqual([...SHOP.appliedTo, 'quarantine:app1'].sort());
    checkBody(body);
    const other = { src: parseAddress('10.0.2.1'), dst: parseAddress('198.51.100.7'), protocol: 253, port: 0 };
    expect(createFilter(body).decide(other).action).toBe('deny');
    expect(liftQuarantine(body, 'app1').appliedTo).toEqual([...SHOP.appliedTo].sort());
  });

  it('lets nothing through to or from whom it is about but what responders do, whatever the policy says', () => {
    fc.assert(
      fc.property(policies, packet, (policy, sent) => {
        if (!concerns(sent)) return;
        const withResponder = [sent.src, sent.dst].includes(parseAddress(RESPONDER));
        const passed = getsThrough(createFilter(quarantine(policy, arbitraryOrder)).decide(sent));
        const usual = [1, 6, 17, 47, 50, 132].includes(sent.protocol);
        expect(passed).toBe(withResponder && usual);
      }),
    );
  });

  it('changes nothing between others', () => {
    fc.assert(
      fc.property(policies, packet, (policy, sent) => {
        if (concerns(sent)) return;
        const before = createFilter(policy).decide(sent);
        expect(createFilter(quarantine(policy, arbitraryOrder)).decide(sent)).toEqual(before);
      }),
    );
  });

  it('lifted leaves the policy as it was, to the letter', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const body = withPolicyId(policy);
        expect(liftQuarantine(quarantine(body, arbitraryOrder), 'x')).toEqual(body);
      }),
    );
  });

  it('lifted leaves others in quarantine', () => {
    const both = quarantine(quarantine(SHOP, ORDER), { ...ORDER, name: 'db1', addresses: ['10.0.3.1'] });
    expect(quarantined(both)).toEqual(['app1', 'db1']);
    expect(quarantined(liftQuarantine(both, 'app1'))).toEqual(['db1']);
  });

  it.each([...BACKENDS])('is rendered for %s, which proves that it means the policy', (_, backend) => {
    const allow = [{ kind: 'prefix', prefix: '192.0.2.7' }] as const;
    const one = quarantine(SHOP, { ...ORDER, allow });
    const both = quarantine(one, { ...ORDER, name: 'db1', addresses: ['10.0.3.1'], allow });
    for (const body of [quarantine(SHOP, ORDER), quarantine(BROAD, ORDER), one, both]) {
      const { proof, losses } = exportPolicy(body, backend);
      expect(proof.packets).toBeGreaterThan(0);
      const services = new Set(losses.flatMap(({ service }) => (service === null ? [] : [service.protocol])));
      expect(services.has(6) || services.has(17)).toBe(false);
    }
  });

  it('is a body that can be stored, with a lease and its finding for evidence', () => {
    const body = quarantine(SHOP, ORDER);
    expect(() => checkBody(body)).not.toThrow();
    const [section] = body.sections;
    expect(section).toMatchObject({ category: 'emergency', name: 'Quarantine of app1' });
    expect(section?.rules.map(({ action, origin }) => `${action} ${origin}`)).toEqual([
      'deny quarantine',
      'deny quarantine',
    ]);
    expect(section?.rules[0]).toMatchObject({
      lease: { expires: '2025-10-10T11:40:00.000Z' },
      evidence: { filter: ORDER.finding?.filter },
    });
  });

  it.each<[string, Partial<QuarantineOrder>, RegExp]>([
    ['no address', { addresses: [] }, /app1 has no addresses; expected at least one/],
    ['no reason', { reason: '' }, /needs a reason/],
    ['no name', { name: '' }, /needs a name/],
    ['what is no address', { addresses: ['app1'] }, /app1/],
  ])('is refused with %s', (_, change, message) => {
    expect(() => quarantine(SHOP, { ...ORDER, ...change })).toThrow(message);
  });

  it('is carried over from a draft, with the groups it names', () => {
    const responders = { ...SHOP.groups[0]!, id: 'forensics', addresses: ['10.0.9.9'] };
    const draft = quarantine(
      { ...SHOP, groups: [...SHOP.groups, responders] },
      { ...ORDER, allow: [{ kind: 'group', group: 'forensics' }] },
    );
    const carried = withQuarantinesOf(quarantine(SHOP, { ...ORDER, name: 'web1', addresses: ['10.0.1.1'] }), draft);
    expect(quarantined(carried).sort()).toEqual(['app1', 'web1']);
    expect(carried.groups.map(({ id }) => id)).toContain('forensics');
    checkBody(carried);
    const between = { src: parseAddress('10.0.1.2'), dst: parseAddress('10.0.2.1'), protocol: 6, port: 8443 };
    expect(createFilter(SHOP).decide(between).action).toBe('allow');
    expect(createFilter(carried).decide(between).action).toBe('deny');
    expect(withQuarantinesOf(carried, draft)).toBe(carried);
  });

  it('is neither imposed twice nor lifted where there is none', () => {
    expect(() => quarantine(quarantine(SHOP, ORDER), ORDER)).toThrow(/in quarantine already/);
    expect(() => liftQuarantine(SHOP, 'app1')).toThrow(/app1 is not in quarantine in "test"; nothing is/);
  });

  it('is not lifted under a rule that names it', () => {
    const body = quarantine(SHOP, ORDER);
    const [section, ...others] = body.sections;
    const [rule] = section?.rules ?? [];
    if (!section || !rule) throw new Error('no section');
    const named = {
      ...body,
      sections: [section, { ...section, id: 'mine', rules: [{ ...rule, id: 'r-mine' }] }, ...others],
    };
    expect(() => liftQuarantine(named, 'app1')).toThrow(/rule r-mine names the quarantined group/);
  });
});
