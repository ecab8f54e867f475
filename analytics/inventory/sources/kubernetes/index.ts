import type { InventoryReject, InventorySource } from '../../source';
import { readEach } from '../read-each';
import { claimsOf } from './claims';
import { addObjects, isKubernetes, type KubernetesObjects } from './objects';

/** A cluster, as kubectl shows it. */
export const kubernetes: InventorySource = {
  kind: 'kubernetes',
  description: 'kubectl get nodes,namespaces,pods,services,endpointslices,ingresses -A -o json',
  recognise: isKubernetes,
  read(documents, options) {
    const found: InventoryReject[] = [];
    const reject = (where: string, message: string) => void found.push({ where, message });
    const cluster: KubernetesObjects = { objects: [], unfinished: new Map() };
    const rejects = readEach(documents, (document, at) => addObjects(cluster, document, at, reject));
    const claims = claimsOf(cluster.objects, options, reject);
    return {
      claims,
      networks: [],
      logOns: [],
      rejects: [...rejects, ...found],
      complete: ![...cluster.unfinished.values()].includes(true),
    };
  },
};
