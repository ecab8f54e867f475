import { z } from 'zod';
import { formatAddress, lastOf, parsePrefix } from '../../../../ingest/kernel/ip';
import { messageOf } from '../../../../ingest/kernel/errors';
import { listOf, maybe, moment, shape, tags, text } from '../json-shape';

/** Numbers beyond 2^53 come as text. */
const id = maybe(z.union([z.string().max(256), z.number()]).transform(String));

/** Larger ranges are networks of containers, not addresses of an instance. */
const MOST_ALIASES = 16n;

/** An alias range, as its addresses. */
const aliases = text.transform((range, context) => {
  if (range === undefined) return [];
  try {
    const prefix = parsePrefix(range);
    const count = lastOf(prefix) - prefix.base + 1n;
    if (count > MOST_ALIASES) return [];
    return Array.from({ length: Number(count) }, (_, index) => formatAddress(prefix.base + BigInt(index)));
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) });
    return z.NEVER;
  }
});

export const gcpInstance = shape({
  id,
  name: z.string().min(1).max(256),
  selfLink: text,
  zone: text,
  creationTimestamp: moment,
  canIpForward: maybe(z.boolean()),
  labels: tags,
  tags: maybe(shape({ items: listOf(text) })),
  metadata: maybe(shape({ items: tags })),
  networkInterfaces: listOf(
    shape({
      network: text,
      networkIp: text,
      ipv6Address: text,
      accessConfigs: listOf(shape({ natIp: text })),
      ipv6AccessConfigs: listOf(shape({ externalIpv6: text })),
      aliasIpRanges: listOf(shape({ ipCidrRange: aliases })),
    }),
  ),
});
export type GcpInstance = z.output<typeof gcpInstance>;

export const gcpForwardingRule = shape({
  name: z.string().min(1).max(256),
  region: text,
  creationTimestamp: moment,
  labels: tags,
  ipAddress: text,
  ipProtocol: text,
  portRange: text,
  ports: listOf(text),
  network: text,
  backendService: text,
  target: text,
});
export type GcpForwardingRule = z.output<typeof gcpForwardingRule>;

export const gcpBackendService = shape({ selfLink: text, backends: listOf(shape({ group: text })) });
export const gcpTargetPool = shape({ selfLink: text, instances: listOf(text) });
