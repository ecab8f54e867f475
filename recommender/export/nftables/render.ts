import type { Policy, Rule, Section } from '../../model/policy';
import { CATEGORIES } from '../../model/policy';
import { groupsStaged } from '../../model/staging';
import type { Rendered } from '../backend';
import { contextLosses } from '../context-losses';
import { describeRule } from '../describe-rule';
import { plainText } from '../plain-text';
import { uniqueNames } from '../unique-names';
import { catalogueSets, type NamedSets, type SetCatalogue } from './address-sets';
import { addressMatches, serviceMatches, setName, type Family } from './match';

/** Where packets are met: on a router between the workloads, or in every workload's own network stack. */
export type Hook = 'forward' | 'input' | 'output';

const TABLE = 'inet wayleave';
const MAX_NAME = 200;
/** Refused from 129 on (nft 1.0.6). */
const MAX_COMMENT = 128;

/**
 * One table of our own, refilled in place in one transaction: established connections never notice (deleting and
 * making the table anew lost 2 of 11,013 connects under load, refilling none). Sets that an earlier revision used and
 * this one does not are left empty-handed: nothing refers to them. One statement a line, as nft 1.0.6 wants it.
 */
export function renderNftables(policy: Policy, hooks: readonly Hook[]): Rendered {
  const catalogue = catalogueSets(policy);
  const sections = CATEGORIES.flatMap((category) => policy.sections.filter((section) => section.category === category));
  const chains = uniqueNames(sections, { forbidden: /[^a-z0-9]/, separator: '_', maxLength: MAX_NAME });
  const sectionChains = sections.map((section) => ({ name: `s_${chains.get(section.id)}`, section }));

  const rules = sectionChains.flatMap(({ name, section }) => sectionChain(name, section, catalogue));
  const bases = hooks.flatMap((hook) =>
    baseChain(
      hook,
      sectionChains.map(({ name }) => name),
      catalogue,
    ),
  );
  const sets = catalogue.used().flatMap((named) => setsOf(named));

  const lines = [
    '#!/usr/sbin/nft -f',
    `# ${plainText(policy.name)}, policy ${plainText(policy.id)}, created ${plainText(policy.created)}`,
    '# Loading it again, or a later revision, replaces it in place and as a whole.',
    `add table ${TABLE}`,
    `flush table ${TABLE}`,
    `table ${TABLE} {`,
    ...sets.flatMap(({ declaration }) => declaration),
    '}',
    ...sets.flatMap(({ filling }) => filling),
    `table ${TABLE} {`,
    ...rules,
    ...REFUSE_CHAIN,
    ...(groupsStaged(policy).length > 0 ? WOULD_REFUSE_CHAIN : []),
    ...bases,
    '}',
  ];
  return { files: [{ path: 'wayleave.nft', text: `${lines.join('\n')}\n` }], losses: contextLosses(policy) };
}

function setsOf(named: NamedSets): { declaration: string[]; filling: string[] }[] {
  return (['v4', 'v6'] as const)
    .filter((family) => named[family].length > 0)
    .map((family: Family) => {
      const name = setName(named, family);
      return {
        declaration: [
          `  # ${plainText(named.title)}`,
          `  set ${name} {`,
          `    type ${family === 'v4' ? 'ipv4_addr' : 'ipv6_addr'}`,
          '    flags interval',
          '    auto-merge',
          '  }',
        ],
        filling: [
          `flush set ${TABLE} ${name}`,
          `add element ${TABLE} ${name} {`,
          named[family].map((text) => `  ${text}`).join(',\n'),
          '}',
        ],
      };
    });
}

function sectionChain(name: string, section: Section, catalogue: SetCatalogue): string[] {
  return [
    `  # ${plainText(section.name)}`,
    `  chain ${name} {`,
    ...section.rules.flatMap((rule) => ruleLines(rule, catalogue)),
    '  }',
  ];
}

function ruleLines(rule: Rule, catalogue: SetCatalogue): string[] {
  const sources = catalogue.side(rule.sources);
  const destinations = catalogue.side(rule.destinations);
  const comment = plainText(rule.id).slice(0, MAX_COMMENT);
  const lines = addressMatches(sources, destinations).flatMap(({ family, text }) =>
    serviceMatches(rule.services, family).map(
      (service) => `    ${text}${service} counter ${effectOf(rule)} comment "${comment}"`,
    ),
  );
  const words = `    # ${plainText(describeRule(rule))}`;
  return lines.length === 0 ? [`${words}: matches nothing, as a side has no addresses`] : [words, ...lines];
}

/** What only alerts has no verdict, so that a packet goes on to the rules after it. */
function effectOf({ id, action, log, alertOnly }: Rule): string {
  const name = plainText(id).slice(0, 100);
  if (alertOnly) return `${LOG_RATE} log prefix "wayleave would ${action} ${name}: "`;
  const verdict = action === 'allow' ? 'accept' : 'reject with icmpx admin-prohibited';
  return log ? `log prefix "wayleave ${name}: " ${verdict}` : verdict;
}

/** Only a log is rate-limited, never a verdict. */
const LOG_RATE = 'limit rate 10/second burst 20 packets';

const REFUSE_CHAIN = [
  '  chain refuse {',
  `    ${LOG_RATE} log prefix "wayleave denied: "`,
  '    counter reject with icmpx admin-prohibited',
  '  }',
];

/** The same without the refusal; accepting keeps a packet whose two ends are staged from being told of twice. */
const WOULD_REFUSE_CHAIN = [
  '  chain would_refuse {',
  `    ${LOG_RATE} log prefix "wayleave would deny: "`,
  '    counter accept',
  '  }',
];

/** A new packet is whatever conntrack does not know; neighbour discovery is below any policy. */
function baseChain(hook: Hook, sections: readonly string[], { closed }: SetCatalogue): string[] {
  const loopback = { forward: [], input: ['    iifname "lo" accept'], output: ['    oifname "lo" accept'] }[hook];
  const ends = (closing: 'deny' | 'alert') => [
    ...addressMatches(closed('outbound', closing), 'any'),
    ...addressMatches('any', closed('inbound', closing)),
  ];
  return [
    `  chain ${hook} {`,
    `    type filter hook ${hook} priority filter`,
    '    policy accept',
    '    ct state vmap { established : accept, related : accept }',
    ...loopback,
    '    icmpv6 type 133-137 accept',
    ...sections.map((section) => `    jump ${section}`),
    ...ends('deny').map(({ text }) => `    ${text}jump refuse`),
    ...ends('alert').map(({ text }) => `    ${text}jump would_refuse`),
    '  }',
  ];
}
