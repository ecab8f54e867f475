import type { EngineFormat } from '../format';
import { hasKey, hasKeys, jsonHead } from '../lines/json';
import { PLAN } from './plan';

/** Azure flow logs: of network security groups (versions 1 and 2) and of virtual networks (version 4). */
export const azure: EngineFormat = {
  kind: 'engine',
  name: 'azure',
  title: 'Azure NSG flow log (version 1 and 2) or VNet flow log (version 4), JSON',
  fills: {
    reporter: 'VNet: aclID, else targetResourceID; NSG: resourceId',
    scope: 'VNet: targetResourceID, as far as it names a virtual network',
    start: 'time of the tuple',
    end: 'time of the tuple',
    src: 'source address, who opened the connection',
    dst: 'destination address',
    src_port: 'source port',
    dst_port: 'destination port',
    protocol: 'protocol: T, U or a number',
    packets: 'packets source to destination, since the tuple before',
    bytes: 'bytes source to destination, since the tuple before',
    reverse_packets: 'packets destination to source, since the tuple before',
    reverse_bytes: 'bytes destination to source, since the tuple before',
    initiator: 'always src: the logs are stateful',
    sampling_rate: 'always 1',
    verdict: 'decision (NSG); denied in state D, else allowed (VNet)',
    rule_id: 'rule',
    firewall_event: 'state: B created, C updated, E deleted; denied',
    observed: 'direction',
    vif: 'mac or macAddress',
  },
  recordsIn: ['records'],
  recognise: (head) => {
    const json = jsonHead(head);
    if (json === undefined) return false;
    return (
      hasKeys(json, 'flowRecords', 'flows') || (hasKey(json, 'flowTuples') && hasKeys(json, 'properties', 'flows'))
    );
  },
  plan: () => PLAN,
};
