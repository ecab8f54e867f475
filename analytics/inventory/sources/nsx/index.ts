import { PROTOCOL } from '../../../../ingest/kernel/port';
import type { InventorySource, Snapshot, SourceDocument, SourceOptions } from '../../source';
import { snapshotOf, type ClaimDraft } from '../claim-drafts';
import { holdsRecord, recordsIn, shapedRecords, type KindOf } from '../json-records';
import { wellKnownLabels } from '../well-known-labels';
import { nsxInterface, nsxMachine, nsxPool, nsxSegment, nsxVirtualServer, type NsxVirtualServer } from './shape';

type Kind = 'machine' | 'interface' | 'virtual-server' | 'pool' | 'segment';

const kindOf: KindOf<Kind> = (keys) => {
  if (keys.has('ownervmid') && keys.has('macaddress')) return 'interface';
  if (keys.has('externalid') && keys.has('displayname') && (keys.has('powerstate') || keys.has('computeids')))
    return 'machine';
  const isServer =
    keys.has('applicationprofilepath') ||
    keys.has('applicationprofileid') ||
    keys.has('poolpath') ||
    keys.has('poolid');
  if (keys.has('ipaddress') && isServer) return 'virtual-server';
  if (keys.has('algorithm') && (keys.has('members') || keys.has('membergroup'))) return 'pool';
  return keys.has('subnets') && keys.has('connectivitypath') ? 'segment' : undefined;
};

/** Virtual machines with their tags, virtual servers with their pools, and the gateways of segments. */
export const nsx: InventorySource = {
  kind: 'nsx',
  description:
    'NSX: /api/v1/fabric/virtual-machines and /fabric/vifs; /policy/api/v1/infra/lb-virtual-servers, lb-pools and segments',
  recognise: (document) => holdsRecord(document, kindOf),
  read,
};

function read(documents: readonly SourceDocument[], options: SourceOptions): Snapshot {
  const { records, rejects, complete } = recordsIn(documents, kindOf);
  const scope = options.scope ?? '';
  const pools = new Map<string, string[]>();
  for (const { value } of shapedRecords(records, 'pool', nsxPool, rejects)) {
    const members = value.members.flatMap(({ ipAddress }) => ipAddress ?? []);
    for (const name of [value.id, value.path]) if (name !== undefined) pools.set(name, members);
  }
  const machines = shapedRecords(records, 'machine', nsxMachine, rejects);
  // What a stopped machine had may be another's by now.
  const stopped = new Set(
    machines.filter(({ value }) => value.powerState === 'VM_STOPPED').map(({ value }) => value.externalId),
  );
  const drafts = [
    ...machines.map(({ where, value }): ClaimDraft => {
      const { externalId, displayName, type, tags } = value;
      return {
        where,
        key: externalId,
        name: displayName ?? externalId,
        type: type === 'EDGE' || type === 'SERVICE' ? 'appliance' : 'host',
        addresses: [],
        labels: wellKnownLabels(tags, options.labels),
      };
    }),
    ...shapedRecords(records, 'interface', nsxInterface, rejects).map(({ where, value }): ClaimDraft => {
      const { ownerVmId, ipAddressInfo } = value;
      const written = stopped.has(ownerVmId) ? [] : ipAddressInfo.flatMap(({ ipAddresses }) => ipAddresses);
      const addresses = written.flatMap((address) => (address ? [{ address, scope }] : []));
      return { where, key: ownerVmId, name: ownerVmId, type: 'host', addresses, labels: {} };
    }),
    ...shapedRecords(records, 'virtual-server', nsxVirtualServer, rejects).map(({ where, value }): ClaimDraft => {
      const { ipAddress, displayName, id, tags, poolPath, poolId } = value;
      return {
        where,
        // An address often has a virtual server for each of its ports.
        key: `virtual-server/${ipAddress}`,
        name: displayName ?? id ?? ipAddress,
        type: 'vip',
        addresses: [{ address: ipAddress, scope }],
        labels: wellKnownLabels(tags, options.labels),
        pool: pools.get(poolPath ?? poolId ?? '') ?? pools.get(poolPath?.split('/').at(-1) ?? '') ?? [],
        listens: listensOf(value),
      };
    }),
    ...shapedRecords(records, 'segment', nsxSegment, rejects).flatMap(({ where, value }): ClaimDraft[] => {
      const { connectivityPath, subnets } = value;
      // `/infra/tier-1s/shop`: the router that has the gateway's address on each segment it connects.
      if (connectivityPath === undefined) return [];
      const addresses = subnets.flatMap(({ gatewayAddress }) =>
        gatewayAddress ? [{ address: gatewayAddress, scope }] : [],
      );
      const name = connectivityPath.split('/').at(-1) ?? '';
      return [{ where, key: connectivityPath, name, type: 'appliance', addresses, labels: {} }];
    }),
  ];
  return snapshotOf('nsx', { drafts, rejects, complete });
}

function listensOf(server: NsxVirtualServer): NonNullable<ClaimDraft['listens']> {
  const isUdp = /udp/i.test(server.ipProtocol ?? server.applicationProfilePath ?? '');
  return [...server.ports, ...server.port].flatMap((written) => {
    // A range (`8000-8010`) says what is passed on, not what is served.
    const port = /^\d{1,5}$/.test(written) ? Number(written) : 0;
    const protocol = isUdp ? PROTOCOL.udp : PROTOCOL.tcp;
    return port > 0 && port <= 65_535 ? [{ protocol, port, name: server.displayName ?? '' }] : [];
  });
}
