import { formatAddress, parseAddress } from '../../../../ingest/kernel/ip';
import { messageOf } from '../../../../ingest/kernel/errors';
import type { WorkloadType } from '../../../model/workload';
import type { Claim, Span, SourceOptions } from '../../source';
import { backendsOf, hostLabel, hostsOf, ingressAddresses } from './ingress';
import { labelsOf } from './labels';
import { listensOfNodes, roleOf } from './node';
import type { Ingress, KubernetesObject, Node, Pod, Service } from './objects';
import { momentOf, podAddresses, spanOf } from './pod';
import { createBackends, distinct, idOf, listenOf, type Listen } from './services';

/**
 * Claims of a cluster's objects, which belong together: services name what pods listen on, endpoints stand behind services,
 * nodes are who pods in the host's network are.
 */
export function claimsOf(
  objects: readonly KubernetesObject[],
  options: SourceOptions,
  reject: (where: string, message: string) => void,
): Claim[] {
  const scope = options.scope ?? '';
  const namespaces = new Map(
    objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => [metadata.name, metadata.labels]),
  );
  const backends = createBackends(objects);
  const onNodes = listensOfNodes(objects);
  const hosts = hostsOf(objects);
  const taken = new Set<string>();

  const claim = (object: Described, addresses: readonly string[], span: Span, details: Details): Claim[] => {
    const canonical = parseAll(addresses, (problem) => reject(`${object.kind} ${idOf(object)}`, problem));
    if (canonical.length === 0) return [];
    const { metadata } = object;
    const { labels, listens = [], pool, ...rest } = details;
    return [
      {
        key: metadata.uid ?? `${object.kind}/${idOf(object)}`,
        ...rest,
        addresses: canonical.map((address) => ({ address, scope, ...span })),
        labels: { ...labelsOf(metadata, options.labels, namespaces.get(metadata.namespace)), ...labels },
        ...(pool && { pool: parseAll(pool, () => undefined) }),
        ...(listens.length > 0 && { listens }),
      },
    ];
  };

  const ofPod = (pod: Pod): Claim[] => {
    if (pod.spec.hostNetwork === true || podAddresses(pod).length === 0) return [];
    const span = spanOf(pod);
    if (span !== undefined) {
      return claim(pod, podAddresses(pod), span, { name: idOf(pod), type: 'pod', listens: backends.listens(pod) });
    }
    reject(`Pod ${idOf(pod)}`, 'it has ended, and nothing says when');
    return [];
  };

  const ofNode = (node: Node): Claim[] => {
    const addresses = node.status.addresses.filter(({ type }) => type === 'InternalIP' || type === 'ExternalIP');
    const role = roleOf(node);
    return claim(
      node,
      addresses.map(({ address }) => address),
      born(node),
      {
        name: node.metadata.name,
        type: 'host',
        labels: role === undefined ? {} : { role },
        listens: distinct([...(onNodes.get(node.metadata.name) ?? []), ...(onNodes.get('') ?? [])]),
      },
    );
  };

  const ofService = (service: Service): Claim[] => {
    const addresses = serviceAddresses(service);
    for (const address of addresses) taken.add(address);
    return claim(service, addresses, born(service), {
      name: `${service.metadata.name}.${service.metadata.namespace}.svc`,
      type: 'vip',
      pool: backends.pool(service),
      labels: hostLabel(hosts.get(idOf(service))),
      listens: distinct(service.spec.ports.map(({ protocol, port, name }) => listenOf(protocol, port, name ?? ''))),
    });
  };

  const services = new Map(
    objects.filter((object) => object.kind === 'Service').map((service) => [idOf(service), service]),
  );
  const ofIngress = (ingress: Ingress): Claim[] => {
    // Most often the address is its controller's load balancer, which is a service and has been claimed as one.
    const addresses = ingressAddresses(ingress).filter((address) => !taken.has(address));
    const behind = backendsOf(ingress).flatMap(({ id }) => services.get(id) ?? []);
    return claim(ingress, addresses, born(ingress), {
      name: `${ingress.metadata.name}.${ingress.metadata.namespace}.ingress`,
      type: 'vip',
      pool: [...new Set(behind.flatMap(backends.pool))],
      labels: hostLabel(new Set(backendsOf(ingress).flatMap(({ host }) => host ?? []))),
    });
  };

  const all = <K extends KubernetesObject['kind']>(kind: K) =>
    objects.filter((object): object is Extract<KubernetesObject, { kind: K }> => object.kind === kind);
  return [
    ...all('Node').flatMap(ofNode),
    ...all('Pod').flatMap(ofPod),
    ...all('Service').flatMap(ofService),
    ...all('Ingress').flatMap(ofIngress),
  ];
}

type Described = Pod | Node | Service | Ingress;

interface Details {
  readonly name: string;
  readonly type: WorkloadType;
  readonly pool?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly listens?: readonly Listen[];
}

function born({ metadata }: KubernetesObject): Span {
  const since = momentOf(metadata.creationTimestamp);
  return since === undefined ? {} : { since };
}

function serviceAddresses({ spec, status }: Service): string[] {
  const own = spec.clusterIPs.length > 0 ? spec.clusterIPs : [spec.clusterIP ?? ''];
  const balanced = status.loadBalancer.ingress.flatMap(({ ip }) => ip ?? []);
  // Headless services have "None" for an address: their names lead straight to the pods.
  return [...own.filter((address) => address !== '' && address !== 'None'), ...spec.externalIPs, ...balanced];
}

function parseAll(addresses: readonly string[], reject: (problem: string) => void): string[] {
  const canonical = new Set<string>();
  for (const address of addresses) {
    try {
      canonical.add(formatAddress(parseAddress(address)));
    } catch (error) {
      reject(messageOf(error));
    }
  }
  return [...canonical];
}
