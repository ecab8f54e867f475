import { WayleaveError } from '../../ingest/kernel/errors';
import { PROTOCOL } from '../../ingest/kernel/port';
import type { EnforcementPoint } from '../export/backend';
import { compare, describePacket } from '../export/compare';
import { createFilter, NEIGHBOUR_DISCOVERY } from '../model/decide';
import { DENY, getsThrough, packetFilter, PASS, type Packet, type PacketFilter } from '../model/packet-filter';
import type { Policy } from '../model/policy';
import { inRanges } from '../model/service-range';
import { ifEnforced } from '../model/staging';
import { isDefinedIcmp } from './services';

/**
 * Proves that a policy lets through what the files do, as the backend's own importer reads them, and alerts alike.
 *
 * @returns in words, what it leaves to others: neighbour discovery, ICMP codes that no standard knows
 * @throws WayleaveError `import-differs` with a counter-example packet
 */
export function proveImport(policy: Policy, points: readonly EnforcementPoint[]): string[] {
  const remarks = new Set<string>();
  const check = (meant: Policy, filter: PacketFilter) => {
    const joint = [{ name: 'files', sees: () => true, filter }];
    for (const { packet, enforced } of compare(createFilter(meant), joint)) {
      const excuse = excuseFor(packet);
      if (excuse === undefined) throw differs(packet, getsThrough(enforced));
      remarks.add(excuse);
    }
  };
  check(policy, together(points.map(({ sees, filter }) => ({ sees, filter }))));
  const staged = points.flatMap(({ sees, staged: filter }) => (filter ? [{ sees, filter }] : []));
  if (staged.length > 0) check(ifEnforced(policy), together(staged));
  return [...remarks].sort();
}

/** A packet gets through if every point that sees it lets it. */
function together(points: readonly Pick<EnforcementPoint, 'sees' | 'filter'>[]): PacketFilter {
  return packetFilter(
    points.flatMap(({ filter }) => filter.addressSets),
    (src, dst) => {
      const asked = points.filter(({ sees }) => sees(src, dst)).map(({ filter }) => filter.between(src, dst));
      return {
        ranges: asked.flatMap(({ ranges }) => ranges),
        decide: (protocol, port) =>
          asked.some((services) => !getsThrough(services.decide(protocol, port))) ? DENY : PASS,
      };
    },
  );
}

function excuseFor({ protocol, port }: Packet): string | undefined {
  if (inRanges([NEIGHBOUR_DISCOVERY], protocol, port))
    return 'the files deny IPv6 neighbour discovery, which is below any policy and stays allowed';
  const isIcmp = protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmp6;
  if (isIcmp && !isDefinedIcmp(protocol, port))
    return 'an ICMP type without a code was read as the codes that the standards define for it';
  return undefined;
}

function differs(packet: Packet, through: boolean): WayleaveError {
  const text = describePacket(packet);
  return new WayleaveError(
    `the policy that was read does not mean the files: they ${through ? 'let through' : 'stop'} ${text}, and it does not`,
    { code: 'import-differs', where: { packet: text } },
  );
}
