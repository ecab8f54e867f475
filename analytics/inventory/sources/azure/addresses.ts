import type { ClaimedAddress } from '../../source';
import type { AzureIpConfiguration } from './shape';

/** Public addresses are resources of their own: which is whose, by the id (lower case) of either. */
export interface PublicAddresses {
  readonly byId: ReadonlyMap<string, string>;
  readonly byConfiguration: ReadonlyMap<string, string>;
}

/** What VNet flow logs call their target: the network a subnet is in. */
export function networkOf(subnet: { readonly id?: string | undefined } | undefined): string | undefined {
  return /^(.*\/virtualNetworks\/[^/]+)/i.exec(subnet?.id ?? '')?.[1];
}

/** @param elsewhere scope of public addresses, which are the same in every network */
export function addressesOf(
  configurations: readonly AzureIpConfiguration[],
  publics: PublicAddresses,
  elsewhere: string,
): ClaimedAddress[] {
  return configurations.flatMap(({ id, privateIpAddress, publicIpAddress, subnet }) => {
    const outside =
      publicIpAddress?.ipAddress ??
      publics.byId.get(publicIpAddress?.id ?? '') ??
      publics.byConfiguration.get(id ?? '');
    return [
      ...(privateIpAddress ? [{ address: privateIpAddress, scope: networkOf(subnet) ?? elsewhere }] : []),
      ...(outside ? [{ address: outside, scope: elsewhere }] : []),
    ];
  });
}
