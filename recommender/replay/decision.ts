import { serviceOf } from '../../analytics/conversations/query';
import { parseAddress } from '../../ingest/kernel/ip';
import { addressSet, holds } from '../model/address-set';
import { groupsClosed, type Side } from '../model/closing';
import { createFilter, NEIGHBOUR_DISCOVERY } from '../model/decide';
import type { Verdict } from '../model/packet-filter';
import type { Policy, PolicyGroup, Rule, Section, Selector } from '../model/policy';
import { selectorSet } from '../model/selector-set';
import { inRanges, rangesOf } from '../model/service-range';
import { listWords, serviceWords } from '../propose/words';

/** What is asked: the first packet of a connection, addresses as text. For ICMP the port is `type * 256 + code`. */
export interface Question {
  readonly client: string;
  readonly server: string;
  readonly protocol: number;
  readonly port: number;
}

type Named = Pick<PolicyGroup, 'id' | 'name'>;

/** Which rule decides, or which default, and on what evidence: needs no traffic. */
export interface Decision extends Question {
  readonly action: Verdict['action'];
  /** "allowed by rule r-1f0c of section shop: web of shop may reach app of shop on 8443/tcp". */
  readonly words: string;
  readonly rule: Rule | null;
  readonly section: Pick<Section, 'id' | 'category' | 'name'> | null;
  /** Groups of the policy that hold each end. */
  readonly clientGroups: readonly Named[];
  readonly serverGroups: readonly Named[];
  /** What becomes of what no rule admits, and the groups that are closed so. */
  readonly otherwise: {
    readonly action: 'deny' | 'pass';
    readonly outbound: readonly Named[];
    readonly inbound: readonly Named[];
  };
  /** Rules that match and only log. */
  readonly logging: readonly Pick<Rule, 'id' | 'words'>[];
}

/** @throws WayleaveError `bad-address`, `unknown-group` */
export function decide(policy: Policy, question: Question): Decision {
  const { client, server, protocol, port } = question;
  const [src, dst] = [parseAddress(client), parseAddress(server)];
  const verdict = createFilter(policy).decide({ src, dst, protocol, port });
  const section = policy.sections.find(({ rules }) => rules.some(({ id }) => id === verdict.rule));
  const rule = section?.rules.find(({ id }) => id === verdict.rule);
  const [clientGroups, serverGroups] = [src, dst].map((address) => groupsAt(policy, address)) as [Named[], Named[]];
  const closing = (side: Side, groups: readonly Named[]) => {
    const closed = new Set(groupsClosed(policy, side, 'deny'));
    return groups.filter(({ id }) => closed.has(id));
  };
  const outbound = closing('outbound', clientGroups);
  const inbound = closing('inbound', serverGroups);
  const otherwise = { action: outbound.length + inbound.length > 0 ? 'deny' : 'pass', outbound, inbound } as const;
  const logging = policy.sections
    .flatMap(({ rules }) => rules)
    .filter((each) => each.alertOnly && matches(policy, each, { src, dst, protocol, port }))
    .map(({ id, words }) => ({ id, words }));

  const ends = `${clientGroups[0]?.name ?? client} → ${serverGroups[0]?.name ?? server}`;
  const on = serviceWords(serviceOf(protocol, port));
  const words =
    rule && section
      ? `${rule.action === 'allow' ? 'allowed' : 'denied'} by rule ${rule.id} of section ${section.name}: ${rule.words}`
      : defaultWords(verdict, `${ends} on ${on}`, otherwise, question);
  return {
    client,
    server,
    protocol,
    port,
    action: verdict.action,
    words,
    rule: rule ?? null,
    section: section ? { id: section.id, category: section.category, name: section.name } : null,
    clientGroups,
    serverGroups,
    otherwise,
    logging,
  };
}

function defaultWords(
  { action }: Verdict,
  use: string,
  { outbound, inbound }: Decision['otherwise'],
  { protocol, port }: Question,
): string {
  if (action === 'deny') {
    const closed = [
      ...outbound.map(({ name }) => `${name} is closed to outbound connections`),
      ...inbound.map(({ name }) => `${name} is closed to inbound connections`),
    ];
    return `denied by default: no rule covers ${use}, and ${listWords(closed)}`;
  }
  if (inRanges([NEIGHBOUR_DISCOVERY], protocol, port)) return 'passes: neighbour discovery is below any policy';
  return `passes: no rule covers ${use}, and the policy closes neither end`;
}

function groupsAt({ groups }: Policy, address: bigint): Named[] {
  return groups.filter(({ addresses }) => holds(addressSet(addresses), address)).map(({ id, name }) => ({ id, name }));
}

function matches(
  policy: Policy,
  { sources, destinations, services }: Rule,
  packet: { readonly src: bigint; readonly dst: bigint; readonly protocol: number; readonly port: number },
): boolean {
  const groupSet = (group: string) => addressSet(policy.groups.find(({ id }) => id === group)?.addresses ?? []);
  const names = (selectors: readonly Selector[], address: bigint) =>
    selectors.some((selector) => holds(selectorSet(selector, groupSet), address));
  return (
    inRanges(services.flatMap(rangesOf), packet.protocol, packet.port) &&
    names(sources, packet.src) &&
    names(destinations, packet.dst)
  );
}
