import { z } from 'zod';
import { listOf, shape, text } from '../json-shape';

const name = z.string().min(1).max(256);

/** Of one scope there may be several tags, and tags may have no scope. */
const scopedTags = listOf(shape({ scope: text, tag: text })).transform((list) => {
  const byScope = new Map<string, string[]>();
  for (const { scope = 'tag', tag } of list) if (tag) byScope.set(scope, [...(byScope.get(scope) ?? []), tag]);
  return Object.fromEntries([...byScope].map(([scope, tags]) => [scope, tags.toSorted().join(',')]));
});

export const nsxMachine = shape({
  externalId: name,
  displayName: text,
  powerState: text,
  type: text,
  tags: scopedTags,
});

export const nsxInterface = shape({ ownerVmId: name, ipAddressInfo: listOf(shape({ ipAddresses: listOf(text) })) });

const ports = listOf(z.union([z.string(), z.number()]).transform(String));

/** Of the policy API, which speaks of paths, and of the manager API, which speaks of ids. */
export const nsxVirtualServer = shape({
  displayName: text,
  id: text,
  ipAddress: name,
  ports,
  port: ports,
  ipProtocol: text,
  applicationProfilePath: text,
  poolPath: text,
  poolId: text,
  tags: scopedTags,
});
export type NsxVirtualServer = z.output<typeof nsxVirtualServer>;

export const nsxPool = shape({ id: text, path: text, members: listOf(shape({ ipAddress: text })) });

export const nsxSegment = shape({
  displayName: text,
  connectivityPath: text,
  subnets: listOf(shape({ gatewayAddress: text })),
});
