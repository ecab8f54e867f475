import type { EngineFormat } from '../format';
import { hasKey, hasKeys, jsonHead } from '../lines/json';
import { planEvents } from './plan';

/**
 * Flow events of Cilium's Hubble: `hubble observe -o json`, what the exporter writes to a file, or bare flow objects.
 *
 * An event is one packet, or a request or answer a proxy saw, at one observation point; a packet comes by several on its
 * way, so the point is part of `reporter`. Replies are folded: their endpoints are swapped and the packet counts as one
 * that came back, so that a connection's source is always who opened it.
 */
export const hubble: EngineFormat = {
  kind: 'engine',
  name: 'hubble',
  title: 'Cilium Hubble flow events, JSON lines',
  fills: {
    reporter: 'node_name and the observation point',
    start: 'time',
    end: 'time',
    src: 'IP.source, of replies IP.destination',
    dst: 'IP.destination, of replies IP.source',
    src_port: 'source_port, of replies destination_port, of l4.TCP, UDP or SCTP',
    dst_port: 'destination_port, of replies source_port; type and code of l4.ICMPv4 and ICMPv6',
    protocol: 'which of l4 is there',
    packets: '1 for an event of type L3_L4 that is no reply',
    reverse_packets: '1 for an event of type L3_L4 that is a reply',
    tcp_flags: 'l4.TCP.flags, of what is no reply',
    reverse_tcp_flags: 'l4.TCP.flags, of replies',
    initiator: 'src where is_reply is there',
    verdict: 'FORWARDED, REDIRECTED and AUDIT allowed, DROPPED denied',
    rule_id: 'ingress or egress_denied_by or _allowed_by, else drop_reason_desc of what was dropped',
    observed: 'traffic_direction',
    workload: 'source pod of EGRESS, destination pod of INGRESS',
    src_workload: 'source: namespace/pod_name, else its reserved label or identity',
    dst_workload: 'destination: namespace/pod_name, else its reserved label or identity',
    l7: 'which of l7 is there: dns, http or kafka',
    fqdn: 'host of l7.http, l7.dns.query, else the first of destination_names',
  },
  recognise: (head) => {
    const json = jsonHead(head);
    if (json === undefined) return false;
    const isFlow = hasKeys(json, 'verdict', 'IP', 'source', 'destination', 'Type');
    return isFlow || (hasKeys(json, 'node_name', 'time') && hasKey(json, 'lost_events'));
  },
  plan: (head) => planEvents(!isBare(jsonHead(head) ?? '')),
};

function isBare(json: string): boolean {
  return !['flow', 'lost_events', 'node_status', 'agent_event', 'debug_event'].some((key) => hasKey(json, key));
}
