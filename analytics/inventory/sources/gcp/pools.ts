import { pathOf } from './resource-kind';
import type { GcpInstance } from './shape';

interface Pools {
  /** Addresses behind a backend service or target pool, by its link. */
  behind(link: string | undefined): string[];
}

interface Backends {
  readonly instances: readonly GcpInstance[];
  readonly services: readonly {
    readonly selfLink?: string | undefined;
    readonly backends: readonly { readonly group?: string | undefined }[];
  }[];
  readonly targetPools: readonly {
    readonly selfLink?: string | undefined;
    readonly instances: readonly (string | undefined)[];
  }[];
}

/** Which instances are behind what. Members of a managed group name the group that made them; of others nobody says. */
export function poolsOf({ instances, services, targetPools }: Backends): Pools {
  const byGroup = new Map<string, string[]>();
  const byLink = new Map<string, string[]>();
  for (const { selfLink, metadata, networkInterfaces } of instances) {
    const addresses = networkInterfaces.slice(0, 1).flatMap(({ networkIp }) => networkIp ?? []);
    byLink.set(pathOf(selfLink ?? '') ?? '', addresses);
    const group = groupOf(metadata?.items['created-by'] ?? '');
    if (group !== undefined) byGroup.set(group, [...(byGroup.get(group) ?? []), ...addresses]);
  }
  const behind = new Map<string, string[]>();
  for (const { selfLink, backends } of services) {
    const groups = backends.map(({ group }) => groupOf(group ?? '') ?? '');
    behind.set(
      pathOf(selfLink ?? '') ?? '',
      groups.flatMap((group) => byGroup.get(group) ?? []),
    );
  }
  for (const { selfLink, instances: members } of targetPools) {
    behind.set(
      pathOf(selfLink ?? '') ?? '',
      members.flatMap((member) => byLink.get(pathOf(member ?? '') ?? '') ?? []),
    );
  }
  return { behind: (link) => behind.get(pathOf(link ?? '') ?? '-') ?? [] };
}

/** Without the project, which is a number in one place and a name in the other. */
function groupOf(link: string): string | undefined {
  return /\/((?:zones|regions)\/[^/]+)\/instanceGroup(?:Manager)?s\/([^/]+)$/.exec(link)?.slice(1).join('/');
}
