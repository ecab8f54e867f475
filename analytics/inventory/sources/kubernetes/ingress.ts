import type { Ingress, KubernetesObject } from './objects';

export function ingressAddresses({ status }: Ingress): string[] {
  return status.loadBalancer.ingress.flatMap(({ ip }) => ip ?? []);
}

/** Services that an ingress leads to, and under which host's name. */
export function backendsOf({ metadata, spec }: Ingress): { id: string; host?: string }[] {
  const routed = spec.rules.flatMap(({ host, http }) =>
    (http?.paths ?? []).map(({ backend }) => ({ service: backend.service?.name, ...(host && { host }) })),
  );
  return [{ service: spec.defaultBackend?.service?.name }, ...routed].flatMap(({ service, ...rest }) =>
    service === undefined ? [] : [{ id: `${metadata.namespace}/${service}`, ...rest }],
  );
}

/** Names under which services are known outside, by service. */
export function hostsOf(objects: readonly KubernetesObject[]): Map<string, Set<string>> {
  const hosts = new Map<string, Set<string>>();
  for (const object of objects) {
    if (object.kind !== 'Ingress') continue;
    for (const { id, host } of backendsOf(object)) {
      if (host !== undefined) hosts.set(id, (hosts.get(id) ?? new Set()).add(host));
    }
  }
  return hosts;
}

export function hostLabel(hosts: ReadonlySet<string> | undefined): Record<string, string> {
  return hosts && hosts.size > 0 ? { hosts: [...hosts].sort().join(', ').slice(0, 256) } : {};
}
