import { wellKnownLabels } from '../well-known-labels';
import type { KubernetesObject } from './objects';

type Metadata = KubernetesObject['metadata'];
export type LabelMapping = Readonly<Record<string, string>>;

/** They change with every rollout or are one pod's alone, and tell nothing about what it is for. */
const PER_REVISION = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-completion-index',
  'controller-uid',
]);

/** The recommended labels: an application has a part-of or an instance, and components of a name each. */
const APPLICATION = [
  'app.kubernetes.io/part-of',
  'app.kubernetes.io/instance',
  'app.kubernetes.io/name',
  'app',
  'k8s-app',
];
const ROLE = ['app.kubernetes.io/component', 'role', 'tier', 'app.kubernetes.io/name', 'app'];

/**
 * Labels of an object with those of its namespace behind them. What no label says is taken from the namespace (`env`), never
 * the other way round.
 *
 * @param mapping as a person gave it; it wins over Kubernetes' own words
 */
export function labelsOf(
  metadata: Metadata,
  mapping: LabelMapping = {},
  namespace: Metadata['labels'] = {},
): Record<string, string> {
  const own = Object.fromEntries(Object.entries(metadata.labels).filter(([key]) => !PER_REVISION.has(key)));
  const app = mapping.app ?? APPLICATION.find((key) => own[key]);
  const role = ROLE.find((key) => own[key] && key !== app);
  const preferred = { ...(app && { app }), ...(role && { role }) };
  const owner = ownerOf(metadata);
  return {
    ...wellKnownLabels(namespace, mapping),
    ...wellKnownLabels(own, { ...preferred, ...mapping }),
    ...(metadata.namespace && { namespace: metadata.namespace }),
    ...(owner && { owner }),
  };
}

/**
 * `deployment/web`: the workload that a pod is a copy of. A replica set is its deployment's of one revision, with the
 * template's hash at the end of its name; a job is its cron job's of one run, with the minute of the epoch at the end.
 */
function ownerOf({ ownerReferences, labels }: Metadata): string {
  const owner = ownerReferences.find(({ controller }) => controller === true) ?? ownerReferences[0];
  if (!owner) return '';
  const hash = labels['pod-template-hash'];
  if (owner.kind === 'ReplicaSet' && hash !== undefined && owner.name.endsWith(`-${hash}`)) {
    return `deployment/${owner.name.slice(0, -hash.length - 1)}`;
  }
  const run = owner.kind === 'Job' ? /^(.+)-\d{8,10}$/.exec(owner.name)?.[1] : undefined;
  return run === undefined ? `${owner.kind.toLowerCase()}/${owner.name}` : `cronjob/${run}`;
}
