import * as fc from 'fast-check';
import { arbitraryPolicy } from '../model/arbitrary-policy.fixture';
import { createFilter } from '../model/decide';
import type { Policy, Rule } from '../model/policy';
import { of, ruleOf, SHOP, tcp, udp } from '../model/policy.fixture';
import { ifEnforced } from '../model/staging';
import { compare } from '../export/compare';
import { superfluousRules } from './superfluous';

const policies = arbitraryPolicy(['allow', 'deny']);
const any = [{ kind: 'any' }] as const;

function withRules(...rules: readonly Rule[]): Policy {
  return { ...SHOP, sections: [{ id: 's', category: 'application', name: 's', rules }] };
}

function without(policy: Policy, gone: ReadonlySet<string>): Policy {
  const sections = policy.sections.map((section) => ({
    ...section,
    rules: section.rules.filter(({ id }) => !gone.has(id)),
  }));
  return { ...policy, sections };
}

function sameMeaning(a: Policy, b: Policy): boolean {
  const point = { name: 'other', sees: () => true, filter: createFilter(b) };
  return compare(createFilter(a), [point]).next().done === true;
}

describe('superfluous rules', () => {
  const web = ruleOf('r-web', [of('web')], [of('app')], [tcp(443)]);
  const range = { kind: 'dynamic', protocol: 6, control: null } as const;
  it.each<[string, Policy, unknown]>([
    ['none of the shop', SHOP, []],
    [
      'one that an earlier one covers',
      withRules(web, { ...web, id: 'r-again' }),
      [{ kind: 'shadowed', rule: 'r-again', by: ['r-web'] }],
    ],
    [
      'one that several cover together',
      withRules(
        ruleOf('r-low', [of('web')], [of('app')], [{ ...range, observed: { first: 1, last: 500 } }]),
        ruleOf('r-high', any, [of('app')], [{ ...range, observed: { first: 501, last: 900 } }]),
        ruleOf('r-both', [of('web')], [of('app')], [{ ...range, observed: { first: 400, last: 600 } }]),
      ),
      [{ kind: 'shadowed', rule: 'r-both', by: ['r-low', 'r-high'] }],
    ],
    [
      'not one that has a port left',
      withRules(
        ruleOf('r-low', [of('web')], [of('app')], [{ ...range, observed: { first: 1, last: 500 } }], 'deny'),
        ruleOf('r-both', [of('web')], [of('app')], [{ ...range, observed: { first: 400, last: 501 } }]),
      ),
      [],
    ],
    [
      'one that a later one says as well',
      withRules(web, ruleOf('r-more', [of('web')], [of('app'), of('db')], [tcp(443), tcp(80)])),
      [{ kind: 'redundant', rule: 'r-web', by: ['r-more'] }],
    ],
    [
      'not one that an opposite one would take over',
      withRules(
        web,
        ruleOf('r-no', [of('web'), of('db')], [of('app')], [tcp(443)], 'deny'),
        ruleOf('r', any, any, [tcp(443)]),
      ),
      [],
    ],
    [
      'a denial that is the default',
      withRules(ruleOf('r-no', [of('web')], [of('app')], [tcp(443)], 'deny')),
      [{ kind: 'redundant', rule: 'r-no', by: [] }],
    ],
    [
      'an opening of what is open',
      withRules(ruleOf('r-yes', [of('internet')], [of('internet')], [tcp(443)])),
      [{ kind: 'redundant', rule: 'r-yes', by: [] }],
    ],
    [
      'not an opening that keeps an alert away',
      {
        ...withRules(ruleOf('r-yes', [of('internet')], [of('web')], [tcp(443)])),
        closures: [{ group: 'web', inbound: 'alert', outbound: 'alert' }],
      },
      [],
    ],
    [
      'not one behind which something only alerts',
      withRules(
        web,
        { ...ruleOf('r-try', any, any, [tcp(443)], 'deny'), alertOnly: true },
        ruleOf('r-last', [of('web')], [of('app')], [tcp(443), tcp(80)]),
      ),
      [],
    ],
    [
      'those without anybody',
      withRules(ruleOf('r-none', [of('empty')], [of('web')], [udp(1)])),
      [{ kind: 'matches-nothing', rule: 'r-none', by: [] }],
    ],
  ])('are %s', (_, policy, expected) => {
    expect(superfluousRules(policy)).toEqual(expected);
  });

  it('can all go, and no packet fares otherwise, nor will when alerts are enforced', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const rest = without(policy, new Set(superfluousRules(policy).map(({ rule }) => rule)));
        expect(sameMeaning(policy, rest)).toBe(true);
        expect(sameMeaning(ifEnforced(policy), ifEnforced(rest))).toBe(true);
      }),
      { numRuns: 300, seed: 21 },
    );
  });

  it('are all of those that can go: each rule that is left decides something', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const gone = new Set(superfluousRules(policy).map(({ rule }) => rule));
        const rest = without(policy, gone);
        for (const { id, alertOnly } of rest.sections.flatMap(({ rules }) => rules)) {
          if (alertOnly) continue;
          const less = without(rest, new Set([id]));
          const same = sameMeaning(rest, less) && sameMeaning(ifEnforced(rest), ifEnforced(less));
          expect(same).toBe(false);
        }
      }),
      { numRuns: 150, seed: 22 },
    );
  });
});
