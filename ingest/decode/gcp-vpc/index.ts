import type { EngineFormat } from '../format';
import { hasKey, hasKeys, jsonHead } from '../lines/json';
import { planRecords } from './plan';

/**
 * Google Cloud VPC flow logs as JSON: entries of Cloud Logging (also as they are exported to Cloud Storage, Pub/Sub and
 * BigQuery), or only their payloads.
 *
 * Each direction of a connection is reported by every side that is ours. The sides are told apart by `reporter` and
 * `observed`, so that what both of them counted counts once.
 */
export const gcpVpc: EngineFormat = {
  kind: 'engine',
  name: 'gcp-vpc',
  title: 'Google Cloud VPC flow log, JSON: log entries or their payloads',
  fills: {
    reporter: 'reporter, behind the flow log configuration or subnetwork of the entry',
    scope: 'project and name of src_vpc or dest_vpc, whichever side reports',
    start: 'start_time',
    end: 'end_time',
    src: 'connection.src_ip',
    dst: 'connection.dest_ip',
    src_port: 'connection.src_port',
    dst_port: 'connection.dest_port',
    protocol: 'connection.protocol',
    packets: 'packets_sent',
    bytes: 'bytes_sent',
    sampling_rate: 'always 1: Google makes up for the packets it did not sample',
    observed: 'reporter: egress at the source, ingress at the destination',
    workload: 'the pod or instance at the reporting side',
    src_workload: 'src_gke_details.pod, else src_instance.vm_name, else src_gateway.name',
    dst_workload: 'dest_gke_details.pod, else dest_instance.vm_name, else dest_gateway.name',
    fqdn: 'dest_google_service or src_google_service: service_name',
  },
  recognise: (head) => {
    const json = jsonHead(head);
    return json !== undefined && hasKeys(json, 'connection', 'src_ip', 'dest_ip');
  },
  plan: (head) => planRecords(hasKey(jsonHead(head) ?? '', 'jsonPayload')),
};
