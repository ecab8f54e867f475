import { PROTOCOL } from '../../../../ingest/kernel/port';
import type { ClaimedAddress, InventorySource, Snapshot, SourceDocument, SourceOptions } from '../../source';
import { snapshotOf, type ClaimDraft } from '../claim-drafts';
import { holdsRecord, recordsIn, shapedRecords } from '../json-records';
import { wellKnownLabels } from '../well-known-labels';
import { poolsOf } from './pools';
import { gcpKindOf, pathOf } from './resource-kind';
import {
  gcpBackendService,
  gcpForwardingRule,
  gcpInstance,
  gcpTargetPool,
  type GcpForwardingRule,
  type GcpInstance,
} from './shape';

/** Instances of Compute Engine and the virtual addresses of its load balancers. */
export const gcp: InventorySource = {
  kind: 'gcp',
  description:
    'Google Cloud: gcloud compute instances list --format=json, forwarding-rules, backend-services and target-pools list, or an export of Cloud Asset Inventory',
  recognise: (document) => holdsRecord(document, gcpKindOf),
  read,
};

function read(documents: readonly SourceDocument[], options: SourceOptions): Snapshot {
  const { records, rejects, complete } = recordsIn(documents, gcpKindOf);
  const instances = shapedRecords(records, 'instance', gcpInstance, rejects);
  const rules = shapedRecords(records, 'forwarding-rule', gcpForwardingRule, rejects);
  const pools = poolsOf({
    instances: instances.map(({ value }) => value),
    services: shapedRecords(records, 'backend-service', gcpBackendService, rejects).map(({ value }) => value),
    targetPools: shapedRecords(records, 'target-pool', gcpTargetPool, rejects).map(({ value }) => value),
  });
  const drafts = [
    ...instances.map(({ where, value }) => instanceDraft(value, where, options)),
    ...rules.flatMap(({ where, value }) => {
      const pool = [...pools.behind(value.backendService), ...pools.behind(value.target)];
      return ruleDraft(value, where, pool, options);
    }),
  ];
  return snapshotOf('gcp', { drafts, rejects, complete });
}

function instanceDraft(instance: GcpInstance, where: string, options: SourceOptions): ClaimDraft {
  const { id, name, selfLink, creationTimestamp, labels, networkInterfaces } = instance;
  const elsewhere = options.scope ?? '';
  const isNode = 'goog-gke-node' in labels || 'goog-k8s-cluster-name' in labels;
  const addresses = networkInterfaces.flatMap((each) => {
    const scope = scopeOf(each.network) ?? elsewhere;
    // A node's alias ranges are its pods', which other sources know.
    const aliases = isNode ? [] : each.aliasIpRanges.flatMap(({ ipCidrRange }) => ipCidrRange);
    const outside = [
      ...each.accessConfigs.map(({ natIp }) => natIp),
      ...each.ipv6AccessConfigs.map(({ externalIpv6 }) => externalIpv6),
    ];
    return [...claimed([each.networkIp, each.ipv6Address, ...aliases], scope), ...claimed(outside, elsewhere)];
  });
  const zone = afterSlash(instance.zone);
  const described = {
    ...labels,
    'network-tags': (instance.tags?.items ?? []).join(' '),
    zone,
    region: zone.replace(/-[a-z]$/, ''),
  };
  return {
    where,
    key: id ?? pathOf(selfLink ?? '') ?? name,
    name,
    type: instance.canIpForward === true && !isNode ? 'appliance' : 'host',
    addresses: addresses.map((each) =>
      creationTimestamp === undefined ? each : { ...each, since: creationTimestamp },
    ),
    labels: wellKnownLabels(described, options.labels),
  };
}

/** One address often has a rule for each of its ports, so that the address is what is claimed, not the rule. */
function ruleDraft(rule: GcpForwardingRule, where: string, pool: string[], options: SourceOptions): ClaimDraft[] {
  const { ipAddress, network, name, creationTimestamp: since } = rule;
  if (ipAddress === undefined) return [];
  const scope = scopeOf(network) ?? options.scope ?? '';
  return [
    {
      where,
      key: `${scope}/${ipAddress}`,
      name,
      type: 'vip',
      addresses: claimed([ipAddress], scope).map((each) => (since === undefined ? each : { ...each, since })),
      labels: wellKnownLabels({ ...rule.labels, region: afterSlash(rule.region) }, options.labels),
      pool,
      listens: listensOf(rule),
    },
  ];
}

function listensOf({ ipProtocol, portRange, ports, name }: GcpForwardingRule): NonNullable<ClaimDraft['listens']> {
  const protocol = { tcp: PROTOCOL.tcp, udp: PROTOCOL.udp }[ipProtocol?.toLowerCase() ?? ''];
  if (protocol === undefined) return [];
  // A range of more than one port says what is passed on, not what is served.
  const single = /^(\d+)(?:-\1)?$/;
  return [...ports, portRange].flatMap((written) => {
    const port = Number(single.exec(written ?? '')?.[1]);
    return port > 0 && port <= 65_535 ? [{ protocol, port, name }] : [];
  });
}

/** What VPC flow logs say: project and name of the network. */
function scopeOf(network: string | undefined): string | undefined {
  return /projects\/([^/]+)\/global\/networks\/([^/]+)$/
    .exec(network ?? '')
    ?.slice(1)
    .join('/');
}

function claimed(addresses: readonly (string | undefined)[], scope: string): ClaimedAddress[] {
  return addresses.flatMap((address) => (address ? [{ address, scope }] : []));
}

function afterSlash(link: string | undefined): string {
  return link?.slice(link.lastIndexOf('/') + 1) ?? '';
}
