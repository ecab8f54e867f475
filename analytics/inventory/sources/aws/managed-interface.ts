import type { WorkloadType } from '../../../model/workload';
import type { AwsInterface } from './shape';

/** What AWS runs behind a network interface of ours. */
export interface ManagedResource {
  /** One for all interfaces of the resource, as it has one in every zone. */
  readonly key: string;
  readonly name: string;
  readonly type: WorkloadType;
  /** `elb`, `rds`, `lambda`. */
  readonly service: string;
}

interface Sign {
  readonly service: string;
  readonly type: WorkloadType;
  /** On the description; its first group names the resource and its second, if there is one, is what people call it. */
  readonly description?: RegExp;
  readonly interfaceType?: RegExp;
  readonly requester?: RegExp;
}

/**
 * AWS documents InterfaceType; what descriptions look like is only seen. The first that fits counts, so signs that
 * name the resource come before those that merely tell the service.
 */
const SIGNS: readonly Sign[] = [
  { service: 'elb', type: 'vip', description: /^ELB ((?:app|net|gwy)\/([^/\s]+)\/\S+)/ },
  { service: 'elb', type: 'vip', description: /^ELB (\S+)$/ },
  { service: 'nat', type: 'appliance', description: /^Interface for NAT Gateway (nat-\w+)/ },
  {
    service: 'transit-gateway',
    type: 'appliance',
    description: /^Network Interface for Transit Gateway Attachment (tgw-attach-\w+)/,
  },
  { service: 'vpc-endpoint', type: 'vip', description: /^VPC Endpoint Interface:? (vpce-\w+)/ },
  {
    service: 'lambda',
    type: 'host',
    description: /^AWS Lambda VPC ENI-(.+?)(?:-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/,
  },
  { service: 'efs', type: 'host', description: /^EFS mount target for (fs-\w+)/ },
  { service: 'fsx', type: 'host', description: /^AWS created network interface for (fs-\w+)/ },
  { service: 'eks', type: 'host', description: /^Amazon EKS (\S+)/ },
  { service: 'elasticache', type: 'host', description: /^ElastiCache[ +](\S+)/ },
  { service: 'opensearch', type: 'host', description: /^ES (\S+)/ },
  { service: 'directory', type: 'host', description: /^AWS created network interface for directory (d-\w+)/ },
  { service: 'route53-resolver', type: 'host', description: /^Route 53 Resolver: (rslvr-\w+-\w+)/ },
  { service: 'msk', type: 'host', description: /Amazon MSK network interface for cluster (\S+)/ },
  { service: 'ecs', type: 'host', description: /^arn:aws[\w-]*:ecs:.*:(attachment\/[\w-]+)$/ },
  { service: 'rds', type: 'host', description: /^RDSNetworkInterface/ },
  { service: 'redshift', type: 'host', description: /^RedshiftNetworkInterface/ },
  { service: 'dms', type: 'host', description: /^DMSNetworkInterface/ },
  { service: 'nat', type: 'appliance', interfaceType: /^nat_?gateway$/i },
  { service: 'transit-gateway', type: 'appliance', interfaceType: /^transit_gateway$/ },
  { service: 'elb', type: 'vip', interfaceType: /^(network_load_balancer|gateway_load_balancer|load_balancer)$/ },
  { service: 'vpc-endpoint', type: 'vip', interfaceType: /^(vpc_endpoint|gateway_load_balancer_endpoint)$/ },
  { service: 'global-accelerator', type: 'vip', interfaceType: /^global_accelerator_managed$/ },
  { service: 'api-gateway', type: 'host', interfaceType: /^api_gateway_managed$/ },
  { service: 'lambda', type: 'host', interfaceType: /^lambda$/ },
  { service: 'elb', type: 'vip', requester: /^amazon-elb$/ },
  { service: 'rds', type: 'host', requester: /^amazon-rds$/ },
  { service: 'elasticache', type: 'host', requester: /^amazon-elasticache$/ },
  { service: 'redshift', type: 'host', requester: /^amazon-redshift$/ },
];

/** What an interface belongs to that is no instance; undefined where nothing says. */
export function managedResource(found: AwsInterface): ManagedResource | undefined {
  const id = found.networkInterfaceId ?? '';
  for (const { service, type, description, interfaceType, requester } of SIGNS) {
    const named = description?.exec(found.description ?? '');
    const fits = named ?? (interfaceType?.test(found.interfaceType ?? '') || requester?.test(found.requesterId ?? ''));
    if (!fits) continue;
    const resource = named?.[1];
    // A resource's name is unique within its VPC's region and account only, and so is what the flows call scope.
    const key = resource === undefined ? id : `${service}/${found.vpcId ?? ''}/${resource}`;
    return { key, name: named?.[2] ?? resource ?? `${service} ${id}`, type, service };
  }
  return undefined;
}
