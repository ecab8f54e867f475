import { WayleaveError } from '../../kernel/errors';
import type { EngineFormat } from '../format';
import { fieldsFromFormat, fieldsFromHead } from './fields';
import { planFor } from './plan';

/**
 * AWS VPC flow logs of any version and order, and Transit Gateway flow logs, as text lines,
 * also with the time that CloudWatch Logs puts before each when it exports them.
 *
 * @param format the format string the log was made with, for logs without a header line that are not in version 2's
 *   order: `${version} ${srcaddr} …`. @throws WayleaveError `bad-field-list`
 */
export function awsVpcFormat(format?: string): EngineFormat {
  const fixed = format === undefined ? undefined : fieldsFromFormat(format);
  return {
    kind: 'engine',
    name: 'aws-vpc',
    title: 'AWS VPC flow log (version 2 to 10, any order) or Transit Gateway flow log, text or Parquet',
    fills: {
      reporter: 'interface-id, else tgw-attachment-id',
      scope: 'vpc-id',
      start: 'start',
      end: 'end',
      src: 'pkt-srcaddr, else srcaddr',
      dst: 'pkt-dstaddr, else dstaddr',
      src_port: 'srcport',
      dst_port: 'dstport',
      protocol: 'protocol',
      packets: 'packets',
      bytes: 'bytes',
      tcp_flags: 'tcp-flags',
      initiator: 'tcp-flags: SYN from src, SYN-ACK from dst',
      sampling_rate: 'always 1',
      verdict: 'action; Transit Gateway: denied where packets-lost-* say that none got through',
      rule_id: 'reject-reason; Transit Gateway: why no packet got through',
      via_src: 'srcaddr, where pkt-srcaddr differs',
      via_dst: 'dstaddr, where pkt-dstaddr differs',
      observed: 'flow-direction',
      workload: 'ecs-cluster-name and ecs-service-name or ecs-task-id, else instance-id, else resource-id',
      src_workload: 'pkt-src-aws-service',
      dst_workload: 'pkt-dst-aws-service',
    },
    recognise: (head) => fieldsFromHead(head) !== undefined,
    plan: (head) => {
      const names = fixed ?? fieldsFromHead(head);
      if (!names) {
        throw new WayleaveError('the log starts with no header line and is not in the default order of version 2', {
          code: 'unknown-fields',
          where: { line: 1 },
        });
      }
      return planFor(names);
    },
  };
}

export const awsVpc = awsVpcFormat();
