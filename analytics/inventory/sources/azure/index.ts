import type { ClaimedAddress, InventorySource, Snapshot, SourceDocument, SourceOptions } from '../../source';
import { snapshotOf, type ClaimDraft } from '../claim-drafts';
import { holdsRecord, recordsIn, shapedRecords } from '../json-records';
import { wellKnownLabels } from '../well-known-labels';
import { addressesOf, networkOf } from './addresses';
import { frontendDrafts } from './frontends';
import { azureKindOf } from './resource-kind';
import { azureBalancer, azureEndpoint, azureFirewall, azureInterface, azureMachine, azurePublicAddress } from './shape';

/** Virtual machines, load balancers and whatever else has a network interface or an address in a virtual network. */
export const azure: InventorySource = {
  kind: 'azure',
  description:
    'Azure: az vm list -d, az network nic list, public-ip list, lb list, private-endpoint list, or az graph query of these',
  recognise: (document) => holdsRecord(document, azureKindOf),
  read,
};

function read(documents: readonly SourceDocument[], options: SourceOptions): Snapshot {
  const { records, rejects, complete } = recordsIn(documents, azureKindOf);
  const elsewhere = options.scope ?? '';
  const labelsOf = ({ id, tags, location }: Described): Record<string, string> =>
    wellKnownLabels({ ...tags, region: location ?? '', 'resource-group': groupOf(id) }, options.labels);

  const machines = shapedRecords(records, 'machine', azureMachine, rejects);
  const interfaces = shapedRecords(records, 'interface', azureInterface, rejects);
  const addresses = shapedRecords(records, 'public-address', azurePublicAddress, rejects).map(({ value }) => value);
  const created = new Map(machines.map(({ value }) => [value.id, value.timeCreated]));
  const publics = {
    byId: mapOf(addresses.map(({ id, ipAddress }) => [id, ipAddress])),
    byConfiguration: mapOf(addresses.map(({ ipConfiguration, ipAddress }) => [ipConfiguration?.id, ipAddress])),
  };
  const configurations = interfaces.flatMap(({ value }) => value.ipConfigurations);
  const privates = mapOf(configurations.map(({ id, privateIpAddress }) => [id, privateIpAddress]));
  const forwarding = new Set(
    interfaces.filter(({ value }) => value.enableIpForwarding).map(({ value }) => value.virtualMachine?.id),
  );
  const hasInterface = new Set(interfaces.map(({ value }) => value.virtualMachine?.id));

  const drafts: ClaimDraft[] = [
    ...machines.map(({ where, value }): ClaimDraft => {
      const { id, name, timeCreated, privateIps, publicIps } = value;
      const type = forwarding.has(id) ? 'appliance' : 'host';
      // `az vm list -d` says addresses, but not in which network they are; the interfaces say both.
      const inside = hasInterface.has(id) ? [] : listed(privateIps, elsewhere);
      const claimed = since([...inside, ...listed(publicIps, elsewhere)], timeCreated);
      return { where, key: id, name: name ?? id, type, addresses: claimed, labels: labelsOf(value) };
    }),
    ...shapedRecords(records, 'endpoint', azureEndpoint, rejects).map(({ where, value }): ClaimDraft => {
      const scope = networkOf(value.subnet) ?? elsewhere;
      const claimed = value.customDnsConfigs.flatMap((each) => each.ipAddresses).flatMap((address) => address ?? []);
      const [service = ''] = value.privateLinkServiceConnections.flatMap(({ groupIds }) => groupIds[0] ?? []);
      return {
        where,
        key: value.id,
        name: value.name ?? value.id,
        type: 'vip',
        addresses: claimed.map((address) => ({ address, scope })),
        labels: { ...labelsOf(value), ...(service !== '' && { 'azure-service': service }) },
      };
    }),
    ...interfaces.map(({ where, value }): ClaimDraft => {
      const { virtualMachine, privateEndpoint, enableIpForwarding } = value;
      const claimed = addressesOf(value.ipConfigurations, publics, elsewhere);
      const owner = virtualMachine?.id ?? privateEndpoint?.id;
      return {
        where,
        key: owner ?? value.id,
        name: owner === undefined ? (value.name ?? value.id) : lastOf(owner),
        type: privateEndpoint ? 'vip' : enableIpForwarding ? 'appliance' : 'host',
        addresses: since(claimed, created.get(virtualMachine?.id ?? '')),
        labels: labelsOf(owner === undefined ? value : { ...value, tags: {} }),
      };
    }),
    ...shapedRecords(records, 'balancer', azureBalancer, rejects).flatMap(({ where, value }) =>
      frontendDrafts(value, where, { publics, elsewhere, privates, labels: labelsOf(value) }),
    ),
    ...shapedRecords(records, 'firewall', azureFirewall, rejects).map(({ where, value }): ClaimDraft => {
      const claimed = addressesOf(value.ipConfigurations, publics, elsewhere);
      return {
        where,
        key: value.id,
        name: value.name ?? value.id,
        type: 'appliance',
        addresses: claimed,
        labels: labelsOf(value),
      };
    }),
    ...addresses.flatMap(({ id, ipAddress, natGateway, location, tags }): ClaimDraft[] =>
      natGateway && ipAddress
        ? [
            {
              where: id,
              key: natGateway.id,
              name: lastOf(natGateway.id),
              type: 'appliance',
              addresses: [{ address: ipAddress, scope: elsewhere }],
              labels: labelsOf({ id, location, tags }),
            },
          ]
        : [],
    ),
  ];
  return snapshotOf('azure', { drafts, rejects, complete });
}

interface Described {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly location?: string | undefined;
}

function mapOf(pairs: readonly (readonly [string | undefined, string | undefined])[]): Map<string, string> {
  return new Map(pairs.flatMap(([key, value]) => (key && value ? [[key, value]] : [])));
}

/** `10.0.0.4,10.0.0.5`. */
function listed(addresses: string | undefined, scope: string): ClaimedAddress[] {
  return (addresses ?? '').split(',').flatMap((address) => (address.trim() === '' ? [] : [{ address, scope }]));
}

/** A machine cannot have had an address before it was. */
function since(addresses: readonly ClaimedAddress[], moment: number | undefined): ClaimedAddress[] {
  return addresses.map((claimed) => (moment === undefined ? claimed : { ...claimed, since: moment }));
}

function groupOf(id: string): string {
  return /\/resourcegroups\/([^/]+)/.exec(id)?.[1] ?? '';
}

function lastOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
