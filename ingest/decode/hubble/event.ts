import { extractJson, texts, TEXTS, type JsonKeys } from '../lines/json';

const PORTS = texts('source_port', 'destination_port');
const ENDPOINT: JsonKeys = { ...texts('identity', 'namespace', 'pod_name'), labels: TEXTS };
const RULES = 'Array(Tuple(name String, namespace String))';

/** What is asked of a flow (`flow.Flow` of Cilium's API, in the names of its proto file). */
const FLOW: JsonKeys = {
  ...texts('time', 'verdict', 'Type', 'node_name', 'is_reply', 'reply', 'traffic_direction', 'drop_reason_desc'),
  ...texts('trace_observation_point', 'debug_capture_point'),
  event_type: texts('type'),
  IP: texts('source', 'destination'),
  l4: {
    TCP: { ...PORTS, flags: texts('FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR') },
    UDP: PORTS,
    SCTP: PORTS,
    ICMPv4: texts('type', 'code'),
    ICMPv6: texts('type', 'code'),
  },
  source: ENDPOINT,
  destination: ENDPOINT,
  source_names: TEXTS,
  destination_names: TEXTS,
  l7: {
    ...texts('kafka'),
    http: { ...texts('url', 'method'), headers: 'Array(Tuple(key String, value String))' },
    dns: { ...texts('query'), ips: TEXTS },
  },
  egress_allowed_by: RULES,
  ingress_allowed_by: RULES,
  egress_denied_by: RULES,
  ingress_denied_by: RULES,
};

/** @param wrapped whether a line is a response of the observer, which holds a flow or something else */
export function extractEvent(wrapped: boolean): string {
  if (!wrapped) return extractJson('line', FLOW);
  const others = texts('lost_events', 'node_status', 'agent_event', 'debug_event');
  return extractJson('line', { ...texts('time', 'node_name'), ...others, flow: FLOW });
}
