import { PROTOCOL } from '../../ingest/kernel/port';
import { formatAddress, formatPrefix, parseAddress, parsePrefix } from '../../ingest/kernel/ip';
import { WayleaveError } from '../../ingest/kernel/errors';
import { compareText } from '../../ingest/kernel/text';
import type { Service } from '../../analytics/model/service';
import { serviceKey } from '../../analytics/services';
import { withPolicyId } from '../lifecycle';
import { contentId } from '../model/identity';
import { rangesOf } from '../model/service-range';
import type { Evidence, Policy, PolicyGroup, Rule, Section, Selector } from '../model/policy';

/** What a threat finding gives a quarantine for its evidence. */
export interface QuarantineCause {
  /** Id of the finding. */
  readonly id: string;
  readonly words: string;
  /** Epoch seconds. */
  readonly seen: { readonly from: number; readonly to: number };
  readonly confidence: number;
  /** In the filter language. */
  readonly filter: string;
}

export interface QuarantineOrder {
  /** Who is cut off, by the name people know it under; the name tells quarantines of one policy apart. */
  readonly name: string;
  /** All addresses or prefixes it has. */
  readonly addresses: readonly string[];
  readonly reason: string;
  readonly finding: QuarantineCause | null;
  /** Who may still reach it, and be reached by it: forensics, management. */
  readonly allow: readonly Exclude<Selector, { readonly kind: 'any' }>[];
  /** Epoch seconds. */
  readonly now: number;
  /** Seconds until it is to be looked at again. */
  readonly lasts: number;
}

/** Ids of everything a quarantine adds begin so, with what it is called behind: nothing else of a policy does. */
const PREFIX = 'quarantine';
const MOST_ADDRESSES = 10_000;

/** What hosts speak, whatever the policy is about. IPsec and GRE carry anything else. */
const USUAL = [PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.icmp, PROTOCOL.icmp6, PROTOCOL.sctp, 47, 50, 51];

/** Of `quarantine` and `liftQuarantine`, the same for one name. */
export function quarantineId(name: string): string {
  return `${PREFIX}:${name}`;
}

/**
 * The policy with an emergency section in front of all others that cuts somebody off both ways: first what responders
 * may, then a denial of every usual protocol and of all that the policy mentions, so that no later rule lets anything
 * through. The quarantined group is closed in both directions as well, so that what no rule speaks of is denied too.
 *
 * @throws WayleaveError `bad-quarantine`: no address, no name, or one that is quarantined already
 */
export function quarantine(policy: Policy, order: QuarantineOrder): Policy {
  const id = quarantineId(order.name);
  const addresses = canonical(order.addresses);
  check(policy, order, addresses);
  const group: PolicyGroup = { id, kind: 'unknown', name: `quarantine of ${order.name}`, application: null, addresses };
  const section: Section = {
    id,
    category: 'emergency',
    name: `Quarantine of ${order.name}`,
    rules: rulesOf(policy, order, id),
  };
  return withPolicyId({
    ...policy,
    // The latest first: responders of an earlier one do not reach who is cut off now.
    sections: [section, ...policy.sections],
    groups: [...policy.groups, group],
    appliedTo: [...policy.appliedTo, id],
  });
}

function rulesOf(policy: Policy, order: QuarantineOrder, id: string): Rule[] {
  const { name, allow } = order;
  const who: Selector = { kind: 'group', group: id };
  const any: Selector = { kind: 'any' };
  const services = everyService(policy);
  const rule = (
    action: Rule['action'],
    sources: readonly Selector[],
    destinations: readonly Selector[],
    words: string,
  ) => ruleOf({ action, sources, destinations, services, words }, order);
  return [
    ...(allow.length === 0
      ? []
      : [
          rule('allow', allow, [who], `responders may reach ${name}, which is in quarantine`),
          rule('allow', [who], allow, `${name}, which is in quarantine, may reach responders`),
        ]),
    rule('deny', [who], [any], `${name} is in quarantine: it may reach nobody`),
    rule('deny', [any], [who], `${name} is in quarantine: nobody may reach it`),
  ];
}

/** Whole protocols: those everybody speaks, and those of any rule. */
function everyService(policy: Policy): Service[] {
  const mentioned = policy.sections.flatMap(({ rules }) =>
    rules.flatMap(({ services }) => services.flatMap(rangesOf).map(({ protocol }) => protocol)),
  );
  return [...new Set([...USUAL, ...mentioned])]
    .sort((a, b) => a - b)
    .map((protocol) => ({ kind: 'protocol', protocol }));
}

type Said = Pick<Rule, 'action' | 'sources' | 'destinations' | 'services' | 'words'>;

function ruleOf(said: Said, { name, reason, finding, now, lasts }: QuarantineOrder): Rule {
  const { action, sources, destinations, services } = said;
  return {
    id: contentId('r', [quarantineId(name), action, sources, destinations, services.map(serviceKey)]),
    ...said,
    log: true,
    origin: 'quarantine',
    lease: { expires: new Date((now + lasts) * 1000).toISOString(), reason: `quarantine: ${reason}`, calendar: null },
    confidence: finding?.confidence ?? 1,
    surface: { unused: 0, opened: 0 },
    evidence: evidenceOf(reason, finding, now),
  };
}

/** Of the finding, where there is one: no use is behind a quarantine. */
function evidenceOf(reason: string, finding: QuarantineCause | null, now: number): Evidence {
  return {
    dependencies: 0,
    connections: 0,
    packets: 0,
    bytes: 0,
    hours: 0,
    firstSeen: finding?.seen.from ?? now,
    lastSeen: finding?.seen.to ?? now,
    direction: 1,
    reporters: [],
    examples: finding ? [`${finding.id}: ${finding.words}`, reason] : [reason],
    ...(finding ? { filter: finding.filter } : {}),
  };
}

function check(policy: Policy, { name, reason }: QuarantineOrder, addresses: readonly string[]): void {
  const id = quarantineId(name);
  const problem =
    name === ''
      ? 'a quarantine needs a name; expected that of the workload'
      : reason === ''
        ? 'a quarantine needs a reason, for those who are asked about it at night'
        : addresses.length === 0
          ? `${name} has no addresses; expected at least one to cut off`
          : addresses.length > MOST_ADDRESSES
            ? `${name} has ${addresses.length} addresses; expected at most ${MOST_ADDRESSES}`
            : policy.groups.some((group) => group.id === id)
              ? `${name} is in quarantine already; lift it first, or quarantine by another name`
              : undefined;
  if (problem !== undefined)
    throw new WayleaveError(problem, { code: 'bad-quarantine', where: { policy: policy.id, name } });
}

function canonical(addresses: readonly string[]): string[] {
  const texts = addresses.map((text) =>
    text.includes('/') ? formatPrefix(parsePrefix(text)) : formatAddress(parseAddress(text)),
  );
  return [...new Set(texts)].sort(compareText);
}

/** Names of what is in quarantine, sorted. */
export function quarantined(policy: Pick<Policy, 'sections'>): string[] {
  return policy.sections
    .filter(({ id, category }) => category === 'emergency' && id.startsWith(`${PREFIX}:`))
    .map(({ id }) => id.slice(PREFIX.length + 1))
    .sort();
}

/**
 * The policy without what one quarantine added, and nothing else: whatever was changed since stays.
 *
 * @throws WayleaveError `no-quarantine`
 */
export function liftQuarantine(policy: Policy, name: string): Policy {
  const id = quarantineId(name);
  const others = quarantined(policy);
  if (!others.includes(name)) {
    throw new WayleaveError(
      `${name} is not in quarantine in "${policy.name}"; ${others.length === 0 ? 'nothing is' : `expected one of ${others.join(', ')}`}`,
      { code: 'no-quarantine', where: { policy: policy.id, name } },
    );
  }
  const sections = policy.sections.filter((section) => section.id !== id);
  const naming = sections.flatMap(({ rules }) => rules).find((rule) => namesGroup(rule, id));
  if (naming) {
    throw new WayleaveError(
      `rule ${naming.id} names the quarantined group of ${name}; expected it to be taken out first`,
      {
        code: 'bad-quarantine',
        where: { policy: policy.id, rule: naming.id },
      },
    );
  }
  const closures = policy.closures?.filter(({ group }) => group !== id);
  return withPolicyId({
    ...policy,
    sections,
    groups: policy.groups.filter((group) => group.id !== id),
    appliedTo: policy.appliedTo.filter((group) => group !== id),
    ...(closures ? { closures } : {}),
  });
}

function namesGroup({ sources, destinations }: Rule, id: string): boolean {
  return [...sources, ...destinations].some((selector) => selector.kind === 'group' && selector.group === id);
}
