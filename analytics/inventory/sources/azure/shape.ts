import { z } from 'zod';
import { listOf, maybe, moment, shape, tags, text } from '../json-shape';

/** The API keeps what is particular to a kind under `properties`, at every level; the command line lifts it up. */
function resource<Fields extends z.ZodRawShape>(fields: Fields) {
  const lifted = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || !('properties' in value)) return value;
    return typeof value.properties === 'object' ? { ...value, ...value.properties } : value;
  };
  return z.preprocess(lifted, shape(fields));
}

const id = z
  .string()
  .max(1024)
  .transform((written) => written.toLowerCase());
const reference = maybe(resource({ id, ipAddress: text }));
const named = { id, name: text, location: text, tags };
const port = maybe(z.coerce.number().int().min(0).max(65535));

const ipConfiguration = resource({
  id: maybe(id),
  name: text,
  privateIpAddress: text,
  publicIpAddress: reference,
  // As it is written, since flow logs name the network the same way.
  subnet: maybe(shape({ id: text })),
});

const pool = resource({
  id: maybe(id),
  backendIpConfigurations: listOf(reference),
  loadBalancerBackendAddresses: listOf(resource({ ipAddress: text, networkInterfaceIpConfiguration: reference })),
  backendAddresses: listOf(resource({ ipAddress: text })),
});

/** A virtual machine, alone or of a scale set. */
export const azureMachine = resource({ ...named, timeCreated: moment, privateIps: text, publicIps: text });

export const azureInterface = resource({
  ...named,
  ipConfigurations: listOf(ipConfiguration),
  virtualMachine: reference,
  privateEndpoint: reference,
  enableIpForwarding: maybe(z.boolean()),
});

export const azurePublicAddress = resource({
  ...named,
  ipAddress: text,
  ipConfiguration: reference,
  natGateway: reference,
});

/** Load balancers and application gateways. */
export const azureBalancer = resource({
  ...named,
  frontendIpConfigurations: listOf(ipConfiguration),
  backendAddressPools: listOf(pool),
  loadBalancingRules: listOf(
    resource({
      frontendIpConfiguration: reference,
      backendAddressPool: reference,
      backendAddressPools: listOf(reference),
      frontendPort: port,
      protocol: text,
      name: text,
    }),
  ),
  frontendPorts: listOf(resource({ id: maybe(id), port })),
});

/** Firewalls. */
export const azureFirewall = resource({ ...named, ipConfigurations: listOf(ipConfiguration) });

export const azureEndpoint = resource({
  ...named,
  subnet: maybe(shape({ id: text })),
  customDnsConfigs: listOf(resource({ ipAddresses: listOf(text) })),
  privateLinkServiceConnections: listOf(resource({ groupIds: listOf(text) })),
});

export type AzureBalancer = z.output<typeof azureBalancer>;
export type AzureIpConfiguration = z.output<typeof ipConfiguration>;
