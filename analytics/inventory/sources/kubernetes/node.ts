import type { KubernetesObject, Node } from './objects';
import { distinct, idOf, listenOf, type Listen } from './services';

/** `control-plane`, `worker`: the first of its roles. */
export function roleOf({ metadata }: Node): string | undefined {
  const prefix = 'node-role.kubernetes.io/';
  return (
    Object.keys(metadata.labels)
      .find((key) => key.startsWith(prefix))
      ?.slice(prefix.length) || undefined
  );
}

/** By node, what pods in its network listen on; under '', the node ports of services, which every node has. */
export function listensOfNodes(objects: readonly KubernetesObject[]): Map<string, Listen[]> {
  const listens = new Map<string, (Listen | undefined)[]>();
  const add = (node: string, found: readonly (Listen | undefined)[]) => {
    const known = listens.get(node) ?? [];
    listens.set(node, known);
    known.push(...found);
  };
  for (const object of objects) {
    if (object.kind === 'Pod' && object.spec.hostNetwork === true && object.spec.nodeName !== undefined) {
      const ports = object.spec.containers.flatMap(({ ports }) => ports);
      add(
        object.spec.nodeName,
        ports.map(({ protocol, containerPort, name }) =>
          listenOf(protocol, containerPort, name ?? object.metadata.name),
        ),
      );
    } else if (object.kind === 'Service') {
      const open = object.spec.ports.filter(({ nodePort }) => nodePort !== undefined && nodePort > 0);
      add(
        '',
        open.map(({ protocol, nodePort = 0 }) => listenOf(protocol, nodePort, idOf(object))),
      );
    }
  }
  return new Map([...listens].map(([node, found]) => [node, distinct(found)]));
}
