import type { Claim } from '../../source';
import { podAddresses } from './pod';
import type { KubernetesObject, Pod, Service } from './objects';

export type Listen = NonNullable<Claim['listens']>[number];

const PROTOCOLS: Readonly<Record<string, number>> = { TCP: 6, UDP: 17, SCTP: 132 };

/** Undefined for a protocol we do not know, which no released version has. */
export function listenOf(protocol: string, port: number, name: string): Listen | undefined {
  const number = PROTOCOLS[protocol.toUpperCase()];
  return number === undefined ? undefined : { protocol: number, port, name };
}

/** `shop/web`. */
export function idOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** What stands behind each service, and what services say of pods' ports. */
export interface Backends {
  /** Addresses behind a service of that id, as its endpoints have them, or else its selector. */
  pool(service: Service): string[];
  /** Ports a pod listens on: those services lead to and those its containers declare. */
  listens(pod: Pod): Listen[];
}

/** Selectors are looked up by one of their labels: comparing each service with each pod is quadratic. */
export function createBackends(objects: readonly KubernetesObject[]): Backends {
  const services = new Map<string, Service[]>();
  for (const object of objects) {
    const [first] = object.kind === 'Service' ? Object.entries(object.spec.selector) : [];
    if (object.kind === 'Service' && first) append(services, placeOf(object.metadata.namespace, first), object);
  }
  const leadingTo = (pod: Pod) => {
    const { namespace, labels } = pod.metadata;
    const candidates = Object.entries(labels).flatMap((label) => services.get(placeOf(namespace, label)) ?? []);
    return candidates.filter(({ spec }) =>
      Object.entries(spec.selector).every(([key, value]) => labels[key] === value),
    );
  };

  const ready = readyAddresses(objects);
  const selected = new Map<string, string[]>();
  for (const object of objects) {
    if (object.kind !== 'Pod' || object.status.phase === 'Succeeded' || object.status.phase === 'Failed') continue;
    for (const service of leadingTo(object)) append(selected, idOf(service), ...podAddresses(object));
  }

  return {
    pool: (service) => [...new Set(ready.get(idOf(service)) ?? selected.get(idOf(service)))],
    listens(pod) {
      const declared = pod.spec.containers.flatMap(({ ports }) => ports);
      return distinct([
        ...leadingTo(pod).flatMap((service) =>
          service.spec.ports.map(({ name, port, protocol, targetPort = port }) => {
            const number = typeof targetPort === 'number' ? targetPort : numberOf(pod, targetPort, protocol);
            return number === undefined ? undefined : listenOf(protocol, number, name ?? service.metadata.name);
          }),
        ),
        ...declared.map(({ name = '', containerPort, protocol }) => listenOf(protocol, containerPort, name)),
      ]);
    },
  };
}

function numberOf({ spec }: Pod, name: string, protocol: string): number | undefined {
  const ports = spec.containers.flatMap(({ ports }) => ports);
  return ports.find((port) => port.name === name && port.protocol === protocol)?.containerPort;
}

/** Slices supersede endpoints, which hold at most 1000 addresses. Slices of one service are several: by family, by 100. */
function readyAddresses(objects: readonly KubernetesObject[]): Map<string, string[]> {
  const endpoints = new Map<string, string[]>();
  const slices = new Map<string, string[]>();
  for (const object of objects) {
    if (object.kind === 'Endpoints') {
      endpoints.set(
        idOf(object),
        object.subsets.flatMap(({ addresses }) => addresses.map(({ ip }) => ip)),
      );
    } else if (object.kind === 'EndpointSlice') {
      const service = object.metadata.labels['kubernetes.io/service-name'];
      if (service === undefined) continue;
      const id = `${object.metadata.namespace}/${service}`;
      const ready = object.endpoints.filter(({ conditions }) => conditions.ready !== false);
      append(slices, id, ...ready.flatMap(({ addresses }) => addresses));
    }
  }
  return new Map([...endpoints, ...slices]);
}

function placeOf(namespace: string, [key, value]: readonly [string, string]): string {
  return JSON.stringify([namespace, key, value]);
}

export function distinct(listens: readonly (Listen | undefined)[]): Listen[] {
  const found = new Map<string, Listen>();
  for (const listen of listens) {
    const key = `${listen?.protocol} ${listen?.port}`;
    if (listen && !found.has(key)) found.set(key, listen);
  }
  return [...found.values()];
}

function append<T>(lists: Map<string, T[]>, key: string, ...items: readonly T[]): void {
  const list = lists.get(key);
  if (list) list.push(...items);
  else lists.set(key, [...items]);
}
