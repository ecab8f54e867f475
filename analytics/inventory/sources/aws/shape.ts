import { z } from 'zod';
import { listOf, maybe, moment, shape, tags, text } from '../json-shape';

const association = maybe(shape({ publicIp: text, ipOwnerId: text }));

const networkInterface = shape({
  networkInterfaceId: text,
  interfaceType: text,
  description: text,
  requesterId: text,
  vpcId: text,
  availabilityZone: text,
  sourceDestCheck: maybe(z.boolean()),
  attachment: maybe(shape({ instanceId: text, attachTime: moment })),
  association,
  privateIpAddress: text,
  privateIpAddresses: listOf(shape({ privateIpAddress: text, primary: maybe(z.boolean()), association })),
  ipv6Addresses: listOf(shape({ ipv6Address: text })),
  tagSet: tags,
  tags,
});

/** `describe-network-interfaces`, and what `describe-instances` says of an instance's. */
export type AwsInterface = z.output<typeof networkInterface>;
/** One that stands on its own has an id. */
export const awsInterface = networkInterface.refine((read) => read.networkInterfaceId !== undefined, {
  message: 'no NetworkInterfaceId',
});

/** `describe-instances`. */
export const awsInstance = shape({
  instanceId: z.string().min(1).max(64),
  launchTime: moment,
  state: maybe(shape({ name: text })),
  stateTransitionReason: text,
  vpcId: text,
  placement: maybe(shape({ availabilityZone: text })),
  privateIpAddress: text,
  publicIpAddress: text,
  ipv6Address: text,
  sourceDestCheck: maybe(z.boolean()),
  networkInterfaces: listOf(networkInterface),
  tags,
});
export type AwsInstance = z.output<typeof awsInstance>;

/** `describe-vpcs`. */
export const awsVpc = shape({ vpcId: z.string().min(1).max(64), tags });
