import type { ClaimedAddress } from '../../source';
import type { AwsInterface } from './shape';

/**
 * Addresses of an interface, each from when it can have had it at the earliest.
 *
 * @param isNodes a Kubernetes node's secondary addresses are those of its pods, which other sources know
 * @param elsewhere scope of public addresses, which are the same in every VPC
 */
export function addressesOf(
  found: AwsInterface,
  isNodes: boolean,
  launchTime: number | undefined,
  elsewhere: string,
): ClaimedAddress[] {
  const attached = found.attachment?.attachTime;
  const own = found.privateIpAddresses.filter((each) => !isNodes || each.primary === true);
  const inside = [
    found.privateIpAddress,
    ...own.map((each) => each.privateIpAddress),
    ...found.ipv6Addresses.map((each) => each.ipv6Address),
  ];
  const span = (since: number | undefined) => (since === undefined ? {} : { since });
  return [
    ...inside.flatMap((address) => (address ? [{ address, scope: found.vpcId ?? elsewhere, ...span(attached) }] : [])),
    // One that Amazon lends is a new one at each start.
    ...[found.association, ...own.map((each) => each.association)].flatMap((each) =>
      each?.publicIp
        ? [
            {
              address: each.publicIp,
              scope: elsewhere,
              ...span(each.ipOwnerId === 'amazon' ? (launchTime ?? attached) : attached),
            },
          ]
        : [],
    ),
  ];
}
