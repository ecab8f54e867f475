import type { InventorySource, Snapshot, SourceDocument, SourceOptions } from '../../source';
import { snapshotOf, type ClaimDraft } from '../claim-drafts';
import { holdsRecord, recordsIn, shapedRecords, type KindOf } from '../json-records';
import { foldKey } from '../json-shape';
import { parseMoment } from '../moment';
import { wellKnownLabels } from '../well-known-labels';
import { addressesOf } from './addresses';
import { managedResource } from './managed-interface';
import { awsInstance, awsInterface, awsVpc, type AwsInstance, type AwsInterface } from './shape';

type Kind = 'instance' | 'interface' | 'vpc';
const LISTS = new Set(['reservations', 'networkinterfaces', 'vpcs']);
const BESIDE = new Set(['nexttoken', 'requestid', '$metadata', 'responsemetadata']);

const kindOf: KindOf<Kind> = (keys) => {
  if (keys.has('instanceid') && (keys.has('networkinterfaces') || keys.has('privateipaddress'))) return 'instance';
  if (keys.has('networkinterfaceid') && (keys.has('vpcid') || keys.has('privateipaddresses'))) return 'interface';
  return keys.has('vpcid') && (keys.has('cidrblock') || keys.has('cidrblockassociationset')) ? 'vpc' : undefined;
};

/** Instances of EC2 and everything else that has a network interface in a VPC. */
export const aws: InventorySource = {
  kind: 'aws',
  description:
    'AWS: aws ec2 describe-instances, describe-network-interfaces and describe-vpcs, of any number of regions and accounts',
  recognise: (document) => holdsRecord(document, kindOf) || isListing(document.json),
  read,
};

/** A page that lists nothing. Other clouds have lists of these names too, but something beside them. */
function isListing(content: unknown): boolean {
  if (typeof content !== 'object' || content === null) return false;
  const keys = Object.keys(content).map(foldKey);
  return keys.some((key) => LISTS.has(key)) && keys.every((key) => LISTS.has(key) || BESIDE.has(key));
}

function read(documents: readonly SourceDocument[], options: SourceOptions): Snapshot {
  const { records, rejects, complete } = recordsIn(documents, kindOf);
  const vpcs = shapedRecords(records, 'vpc', awsVpc, rejects).map(({ value }): [string, string] => [
    value.vpcId,
    value.tags.Name ?? '',
  ]);
  const context: Context = { options, elsewhere: options.scope ?? '', vpcNames: new Map(vpcs) };
  const instances = shapedRecords(records, 'instance', awsInstance, rejects);
  const nodes = new Set(instances.filter(({ value }) => isNode(value)).map(({ value }) => value.instanceId));
  const interfaces = shapedRecords(records, 'interface', awsInterface, rejects);
  const drafts = [
    ...instances.flatMap(({ where, value }) => instanceDraft(value, where, context)),
    ...interfaces.map(({ where, value }) => interfaceDraft(value, where, nodes, context)),
  ];
  return snapshotOf('aws', { drafts, rejects, complete });
}

interface Context {
  readonly options: SourceOptions;
  /** Scope of what is in no VPC. */
  readonly elsewhere: string;
  readonly vpcNames: ReadonlyMap<string, string>;
}

function instanceDraft(instance: AwsInstance, where: string, context: Context): ClaimDraft[] {
  const { instanceId, vpcId, launchTime, state, placement } = instance;
  const isGone = state?.name === 'terminated' || state?.name === 'shutting-down';
  const node = isNode(instance);
  const main: AwsInterface = {
    ...NO_INTERFACE,
    vpcId,
    privateIpAddress: instance.privateIpAddress,
    ipv6Addresses: [{ ipv6Address: instance.ipv6Address }],
    attachment: { instanceId, attachTime: launchTime },
    association: { publicIp: instance.publicIpAddress, ipOwnerId: 'amazon' },
  };
  const addresses = [...instance.networkInterfaces, main].flatMap((each) =>
    addressesOf({ ...each, vpcId: each.vpcId ?? vpcId }, node, launchTime, context.elsewhere),
  );
  // A terminated instance is listed for an hour or so; its addresses may already be somebody else's.
  const until = isGone ? terminated(instance.stateTransitionReason) : undefined;
  if (isGone && until === undefined) return [];
  const forwards =
    !node &&
    (instance.sourceDestCheck === false || instance.networkInterfaces.some((each) => each.sourceDestCheck === false));
  return [
    {
      where,
      key: instanceId,
      name: instance.tags.Name ?? instanceId,
      type: forwards ? 'appliance' : 'host',
      addresses: addresses.map((claimed) => (until === undefined ? claimed : { ...claimed, until })),
      labels: labelsOf(instance.tags, placement?.availabilityZone, vpcId, context),
    },
  ];
}

function interfaceDraft(found: AwsInterface, where: string, nodes: ReadonlySet<string>, context: Context): ClaimDraft {
  const tags = { ...found.tagSet, ...found.tags };
  const instanceId = found.attachment?.instanceId;
  const isNodes =
    (instanceId !== undefined && nodes.has(instanceId)) || found.description?.startsWith('aws-K8S-') === true;
  const labels = labelsOf(tags, found.availabilityZone, found.vpcId, context);
  const draft = { where, addresses: addressesOf(found, isNodes, undefined, context.elsewhere) };
  const id = found.networkInterfaceId ?? '';
  if (instanceId !== undefined) {
    return {
      ...draft,
      key: instanceId,
      name: instanceId,
      type: 'host',
      labels: labelsOf({}, found.availabilityZone, found.vpcId, context),
    };
  }
  const managed = managedResource(found);
  if (managed === undefined) return { ...draft, key: id, name: tags.Name ?? id, type: 'host', labels };
  const { key, name, type, service } = managed;
  return { ...draft, key, name: tags.Name ?? name, type, labels: { ...labels, 'aws-service': service } };
}

const NO_INTERFACE: AwsInterface = awsInterface.parse({ networkInterfaceId: '-' });

function isNode({ tags }: AwsInstance): boolean {
  return Object.keys(tags).some((key) => key.startsWith('kubernetes.io/cluster/') || key === 'eks:cluster-name');
}

/** `User initiated (2024-03-01 12:00:00 GMT)`. */
function terminated(reason: string | undefined): number | undefined {
  const at = /\((\d{4}-\d{2}-\d{2} [\d:]+) GMT\)/.exec(reason ?? '')?.[1];
  return at === undefined ? undefined : parseMoment(at);
}

function labelsOf(
  tags: Readonly<Record<string, string>>,
  zone: string | undefined,
  vpcId: string | undefined,
  { options, vpcNames }: Context,
): Record<string, string> {
  // Of `eu-central-1a` and, a local zone, `us-east-1-bos-1a`.
  const region = /^[a-z]+(?:-[a-z]+)+-\d+/.exec(zone ?? '')?.[0] ?? '';
  const unnamed = Object.fromEntries(Object.entries(tags).filter(([key]) => key !== 'Name'));
  const vpc = vpcNames.get(vpcId ?? '') ?? '';
  return wellKnownLabels({ ...unnamed, zone: zone ?? '', region, vpc }, options.labels);
}
