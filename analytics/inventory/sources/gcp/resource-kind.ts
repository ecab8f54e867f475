import { foldKey } from '../json-shape';
import type { KindOf } from '../json-records';

export type GcpKind = 'instance' | 'forwarding-rule' | 'backend-service' | 'target-pool' | 'other';

const KINDS: Readonly<Record<string, GcpKind>> = {
  instances: 'instance',
  forwardingRules: 'forwarding-rule',
  backendServices: 'backend-service',
  targetPools: 'target-pool',
};

/** By the resource's own address; the rest of Compute Engine is `other`, and so is what refers to it. */
export const gcpKindOf: KindOf<GcpKind> = (keys, value) => {
  if (!keys.has('selflink')) return undefined;
  const link = Object.entries(value).find(([key]) => foldKey(key) === 'selflink')?.[1];
  const path = typeof link === 'string' ? pathOf(link) : undefined;
  return path === undefined ? undefined : (KINDS[path.split('/').at(-2) ?? ''] ?? 'other');
};

/**
 * `projects/shop/zones/europe-west1-b/instances/web-1` of a link: versions and hosts of the API differ from tool to
 * tool. Undefined where it is no link to something of Compute Engine.
 */
export function pathOf(link: string): string | undefined {
  return /(?:^|compute[^ ]*\/)(projects\/[^/]+\/(?:global|(?:zones|regions)\/[^/]+)\/.+)$/.exec(link)?.[1];
}
