import * as fc from 'fast-check';
import { SHOP, groupOf, of, policyOf, ruleOf, tcp, udp } from '../model/policy.fixture';
import { arbitraryPolicy } from '../model/arbitrary-policy.fixture';
import type { Policy, Rule } from '../model/policy';
import type { Backend } from './backend';
import { exportPolicy } from './export';
import { BACKENDS } from './registry';

const backends = [...BACKENDS.values()];

function withRules(...rules: readonly Rule[]): Policy {
  return { ...SHOP, sections: [{ id: 's', category: 'application', name: 's', rules }] };
}

describe.each(backends)('exporting to $title', (backend) => {
  it('means the policy', () => {
    const { losses, proof } = exportPolicy(SHOP, backend);
    expect(losses).toEqual([]);
    expect(proof.lost).toBe(0);
    expect(proof.addressClasses).toBeGreaterThan(6);
    expect(proof.packets).toBeGreaterThan(proof.addressClasses);
  });

  it('never reads an omission as everything', () => {
    const nothing = withRules(
      ruleOf('no-source', [], [of('web')], [tcp(443)]),
      ruleOf('no-destination', [of('web')], [], [tcp(443)]),
      ruleOf('no-service', [of('web')], [of('app')], []),
      ruleOf('empty-source', [of('empty')], [of('web')], [tcp(443)]),
      ruleOf('empty-destination', [of('web')], [of('empty')], [tcp(443)]),
      ruleOf('other-family', [of('db')], [{ kind: 'prefix', prefix: '2001:db8::/32' }], [tcp(443)]),
    );
    expect(exportPolicy(nothing, backend).proof.lost).toBe(0);
  });

  it('takes anybody as anybody', () => {
    const anybody = withRules(
      ruleOf('r', [{ kind: 'any' }], [of('web')], [tcp(443)]),
      ruleOf('r2', [of('app')], [{ kind: 'any' }], [tcp(25)]),
    );
    expect(exportPolicy(anybody, backend).losses).toEqual([]);
  });

  it('is not fooled by what names contain', () => {
    const evil = 'x"\n}\nadd rule inet wayleave forward accept # \u2028 \\';
    const group = { ...groupOf('evil', evil, ['10.0.7.1']) };
    const rule = { ...ruleOf('r"\n1', [of('evil')], [of('web')], [tcp(1)]), words: evil };
    const policy = { ...withRules(rule), name: evil, groups: [...SHOP.groups, group] };
    expect(() => exportPolicy(policy, backend)).not.toThrow();
  });

  it('holds for any small policy of allow rules', () => {
    fc.assert(
      fc.property(arbitraryPolicy(['allow']), (policy) => {
        expect(() => exportPolicy(policy, backend)).not.toThrow();
      }),
      { numRuns: 150, seed: 7 },
    );
  });
});

describe.each(backends.filter(({ name }) => name !== 'kubernetes'))('deny rules in $title', (backend) => {
  it('hold for any small policy', () => {
    fc.assert(
      fc.property(arbitraryPolicy(['allow', 'deny']), (policy) => {
        expect(() => exportPolicy(policy, backend)).not.toThrow();
      }),
      { numRuns: 150, seed: 8 },
    );
  });
});

describe.each(backends)('what is staged in $title', (backend) => {
  const closures = ['app', 'web'].map((group) => ({ group, inbound: 'alert', outbound: 'deny' }) as const);
  const staged: Policy = {
    ...withRules({ ...ruleOf('r-try', [of('web')], [of('db')], [tcp(22)]), alertOnly: true }),
    closures,
  };

  it('alerts of what would be denied, or is a loss of rule and groups', () => {
    const { losses, proof } = exportPolicy(staged, backend);
    const can = backend.name !== 'kubernetes';
    const told = expect.stringContaining('app of shop and web of shop would be denied');
    const lost = [
      { rule: null, service: null, reason: told },
      { rule: 'r-try', service: null },
    ];
    expect(losses).toMatchObject(can ? [] : lost);
    expect(proof.alerts !== null).toBe(can);
  });

  it('is named as such to whoever reads the file, with its end', () => {
    const lease = { expires: '2026-12-01T00:00:00.000Z', reason: 'seen on 1 of 30 days', calendar: null };
    const leased = withRules({ ...ruleOf('r', [of('web')], [of('app')], [tcp(22)]), lease });
    const text = exportPolicy(leased, backend)
      .files.map((file) => file.text)
      .join('');
    expect(text).toMatch(/2026-12-01T00:00:00.000Z[^]*seen on 1 of 30 days/);
  });

  it('says what it does not ask for beyond ports', () => {
    const context = { l7: ['http'], tlsFloor: '1.2', fqdns: [], users: ['ops'], processes: [] };
    const narrow = withRules({ ...ruleOf('r', [of('web')], [of('app')], [tcp(443)]), context });
    const words = 'not asked for beyond addresses and ports: application http; TLS 1.2 or later; user ops';
    expect(exportPolicy(narrow, backend).losses).toEqual(
      backend.name === 'json' ? [] : [{ rule: 'r', service: null, reason: words }],
    );
  });
});

describe('the gate', () => {
  it.each([
    ['a rule', withRules({ ...ruleOf('r', [of('web')], [of('db')], [tcp(22)]), alertOnly: true }), /rule r, which/],
    ['groups', { ...SHOP, closures: [{ group: 'web', inbound: 'alert', outbound: 'deny' } as const] }, /groups that/],
  ])('refuses to lose the alerts of %s in silence', (_, policy, message) => {
    const kubernetes = BACKENDS.get('kubernetes')!;
    const silent = { ...kubernetes, render: (each: Policy) => ({ ...kubernetes.render(each), losses: [] }) };
    expect(() => exportPolicy(policy, silent)).toThrow(
      expect.objectContaining({ code: 'export-differs', message: expect.stringMatching(message) }),
    );
  });

  const lying: Backend = { ...backends[0]!, title: 'a liar', render: () => ({ files: [], losses: [] }) };
  const importing = (policy: Policy): Backend => ({
    ...lying,
    import: () => backends.at(-1)!.import(backends.at(-1)!.render(policy).files),
  });
  const narrower = withRules(...SHOP.sections.flatMap(({ rules }) => rules).filter(({ id }) => id !== 'r-app-db'));

  it('refuses what lets through more', () => {
    expect(() => exportPolicy(narrower, importing(SHOP))).toThrow(
      expect.objectContaining({
        code: 'export-differs',
        message: expect.stringMatching(
          /tcp 10\.0\.2\.\d → 10\.0\.3\.1 port 5432 is denied \(no rule\) by the policy and allowed \(rule r-app-db\) by the document/,
        ),
      }),
    );
  });

  it('refuses what lets through less, unless it is a recorded loss', () => {
    const backend = importing(narrower);
    expect(() => exportPolicy(SHOP, backend)).toThrow(expect.objectContaining({ code: 'export-differs' }));
    const loss = { rule: 'r-app-db', service: tcp(5432), reason: 'for the test' };
    expect(
      exportPolicy(SHOP, { ...backend, render: () => ({ files: [], losses: [loss] }) }).proof.lost,
    ).toBeGreaterThan(0);
  });

  it.each([
    ['another rule', { rule: 'r-web-app', service: tcp(5432), reason: '' }],
    ['another service', { rule: 'r-app-db', service: udp(5432), reason: '' }],
    ['no traffic', { rule: 'r-app-db', service: null, reason: '' }],
  ])('does not excuse a difference by a loss of %s', (_, loss) => {
    const backend = { ...importing(narrower), render: () => ({ files: [], losses: [loss] }) };
    expect(() => exportPolicy(SHOP, backend)).toThrow(expect.objectContaining({ code: 'export-differs' }));
  });

  it('never excuses a widening', () => {
    const denied = withRules(
      ruleOf('r-block', [of('web')], [of('app')], [tcp(8443)], 'deny'),
      ruleOf('r-open', [of('web')], [of('app')], [tcp(8443)]),
    );
    expect(() => exportPolicy(denied, BACKENDS.get('kubernetes')!)).toThrow(
      expect.objectContaining({
        code: 'export-differs',
        message: expect.stringContaining('denied (rule r-block) by the policy'),
      }),
    );
  });

  it('names the group that a rule refers to in vain', () => {
    const policy = policyOf(
      [{ id: 's', category: 'application', name: 's', rules: [ruleOf('r', [of('gone')], [of('gone')], [tcp(1)])] }],
      [],
      [],
    );
    expect(() => exportPolicy(policy, BACKENDS.get('json')!)).toThrow(
      expect.objectContaining({ code: 'unknown-group' }),
    );
  });
});
