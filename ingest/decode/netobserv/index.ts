import type { EngineFormat } from '../format';
import { hasKey, hasKeys, jsonHead } from '../lines/json';
import { planFlows } from './plan';

/**
 * Flow logs of OpenShift's network observability (NetObserv), as its pipeline exports them, as Loki gives them back, and
 * as its predecessor wrote them (goflow2's names).
 */
export const netobserv: EngineFormat = {
  kind: 'engine',
  name: 'netobserv',
  title: 'OpenShift NetObserv flow log, JSON lines or an answer of Loki',
  fills: {
    exporter: 'AgentIP, else SamplerAddress',
    reporter: 'Interface; `conversation` for conversation records; not filled where Interfaces is given',
    scope: 'K8S_ClusterName and UdnId or the first of Udns other than the default',
    start: 'TimeFlowStartMs, else TimeFlowStart, else TimeReceived',
    end: 'TimeFlowEndMs, else TimeFlowEnd, else TimeReceived',
    src: 'SrcAddr',
    dst: 'DstAddr',
    src_port: 'SrcPort',
    dst_port: 'DstPort; IcmpType and IcmpCode',
    protocol: 'Proto',
    packets: 'Packets; Packets_AB of conversations that ended',
    bytes: 'Bytes; Bytes_AB of conversations that ended',
    reverse_packets: 'Packets_BA of conversations that ended',
    reverse_bytes: 'Bytes_BA of conversations that ended',
    tcp_flags: 'Flags, as number or names, else TCPFlags',
    initiator: 'Flags: SYN from src, SYN_ACK from dst',
    sampling_rate: 'Sampling, 0 being all packets, else SamplingRate',
    verdict: 'NetworkEvents: Action of the access control lists',
    rule_id: 'NetworkEvents: Namespace and Name, else Type',
    post_src: 'XlatSrcAddr',
    post_dst: 'XlatDstAddr',
    post_src_port: 'XlatSrcPort',
    post_dst_port: 'XlatDstPort',
    input_interface: 'InIf',
    output_interface: 'OutIf',
    observed: 'FlowDirection',
    vlan: 'VlanId, else SrcVlan',
    tos: 'Dscp, else IPTos',
    workload: 'the source of what leaves a node, the destination of what enters it',
    src_workload: 'SrcK8S_Namespace and SrcK8S_OwnerName, else SrcK8S_Name, else SrcPod',
    dst_workload: 'DstK8S_Namespace and DstK8S_OwnerName, else DstK8S_Name, else DstPod',
    vif: 'Interface or Interfaces',
    l7: '`dns` where DnsId is given',
    fqdn: 'DnsName',
    tls_version: 'TLSVersion',
  },
  recordsIn: ['result'],
  recognise: (head) => {
    const json = jsonHead(head);
    if (json === undefined || !hasKeys(json, 'SrcMac', 'DstMac', 'Etype')) return false;
    return hasKey(json, 'TimeFlowStartMs') || hasKeys(json, 'TimeFlowStart', 'TimeReceived', 'SrcAddr', 'DstAddr');
  },
  plan: (head) => planFlows(/_RecordType\\*"\s*:\s*\\*"flowLog\\*"/.test(jsonHead(head) ?? '')),
};
