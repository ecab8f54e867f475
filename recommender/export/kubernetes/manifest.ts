import { isMap, isSeq, parseAllDocuments, type Document } from 'yaml';
import { z } from 'zod';
import { WayleaveError } from '../../../ingest/kernel/errors';
import type { ExportFile } from '../backend';

/** Strict wherever a field that is not understood could change what a policy means. */
const labels = z.record(z.string(), z.string());
const expression = z
  .strictObject({
    key: z.string(),
    operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
    values: z.array(z.string()).default([]),
  })
  .refine(({ operator, values }) => operator.endsWith('In') === values.length > 0, 'values with In and NotIn, only');
const selector = z.strictObject({ matchLabels: labels.optional(), matchExpressions: z.array(expression).optional() });
const peer = z
  .strictObject({
    podSelector: selector.optional(),
    namespaceSelector: selector.optional(),
    ipBlock: z.strictObject({ cidr: z.string(), except: z.array(z.string()).default([]) }).optional(),
  })
  .refine(
    ({ podSelector, namespaceSelector, ipBlock }) => (ipBlock === undefined) === !!(podSelector ?? namespaceSelector),
    'either an ipBlock or selectors',
  );
const PORT = 'a number from 1 to 65535; a named port is another one in every pod';
const number = z.int(PORT).min(1, PORT).max(65535, PORT);
const port = z
  .strictObject({
    protocol: z.enum(['TCP', 'UDP', 'SCTP']).default('TCP'),
    port: number.optional(),
    endPort: number.optional(),
  })
  .refine(
    ({ port, endPort }) => endPort === undefined || (port !== undefined && port <= endPort),
    'endPort needs a port below it',
  );
const ports = z.array(port).optional();
const type = z.enum(['Ingress', 'Egress']);

const networkPolicy = z.strictObject({
  apiVersion: z.literal('networking.k8s.io/v1'),
  kind: z.literal('NetworkPolicy'),
  metadata: z.object({
    name: z.string().regex(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/, 'an RFC 1123 name'),
    namespace: z.string().default('default'),
  }),
  spec: z
    .strictObject({
      podSelector: selector,
      policyTypes: z.array(type).optional(),
      ingress: z.array(z.strictObject({ from: z.array(peer).optional(), ports })).optional(),
      egress: z.array(z.strictObject({ to: z.array(peer).optional(), ports })).optional(),
    })
    .transform((spec) => ({
      ...spec,
      policyTypes: spec.policyTypes ?? (spec.egress ? (['Ingress', 'Egress'] as const) : (['Ingress'] as const)),
    })),
  status: z.unknown().optional(),
});
const pod = z.object({
  kind: z.literal('Pod'),
  metadata: z.object({ namespace: z.string().default('default'), labels: labels.default({}) }),
  spec: z.object({ hostNetwork: z.boolean().default(false) }).prefault({}),
  status: z
    .object({ podIP: z.string().optional(), podIPs: z.array(z.object({ ip: z.string() })).optional() })
    .prefault({}),
});
const namespace = z.object({
  kind: z.literal('Namespace'),
  metadata: z.object({ name: z.string(), labels: labels.default({}) }),
});
const podLabels = z.strictObject({ pods: z.array(z.strictObject({ address: z.string(), labels })) });
const list = z.object({ kind: z.templateLiteral([z.string(), 'List']), items: z.array(z.unknown()) });

export type LabelSelector = z.infer<typeof selector>;
export type PeerEntry = z.infer<typeof peer>;
export type PortEntry = z.infer<typeof port>;

export interface NetworkPolicy extends z.infer<typeof networkPolicy> {
  /** Of each entry the comment before it, or null. */
  readonly comments: Readonly<Record<'ingress' | 'egress', readonly (string | null)[]>>;
  /** "policies.yaml, document 2". */
  readonly where: string;
}

export interface Pod {
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Null for a pod of `labels.yaml`, which every policy is for, whatever namespace it is applied in. */
  readonly namespace: string | null;
}

export interface Manifests {
  readonly policies: readonly NetworkPolicy[];
  readonly pods: readonly Pod[];
  /** Labels by name, of those that are described. */
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

const EXPECTED = 'a NetworkPolicy, a Pod, a Namespace, a List of them, or the pods of labels.yaml';

/**
 * Policies, and the pods that they select among: `labels.yaml`, or what `kubectl get pods,namespaces -A -o yaml` prints.
 *
 * @throws WayleaveError `bad-export` naming file, document and field
 */
export function readManifests(files: readonly ExportFile[]): Manifests {
  const policies: NetworkPolicy[] = [];
  const pods: Pod[] = [];
  const namespaces = new Map<string, Readonly<Record<string, string>>>();
  let described = false;

  const take = (value: unknown, where: string, document?: Document): void => {
    const kind = (value as { kind?: unknown } | null)?.kind;
    const read = <Shape>(schema: z.ZodType<Shape>): Shape => {
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      throw new WayleaveError(`${where}: ${z.prettifyError(parsed.error)}`, { code: 'bad-export', where: { where } });
    };
    if (kind === 'NetworkPolicy') {
      const comments = { ingress: commentsIn(document, 'ingress'), egress: commentsIn(document, 'egress') };
      policies.push({ ...read(networkPolicy), comments, where });
    } else if (kind === 'Pod') {
      const { metadata, spec, status } = read(pod);
      described = true;
      const addresses = new Set([
        ...(status.podIP ? [status.podIP] : []),
        ...(status.podIPs ?? []).map(({ ip }) => ip),
      ]);
      // A pod in the host's network has the host's addresses, and no plug-in applies policies to it.
      if (!spec.hostNetwork) for (const address of addresses) pods.push({ address, ...metadata });
    } else if (kind === 'Namespace') {
      const { name, labels: own } = read(namespace).metadata;
      namespaces.set(name, { ...own, 'kubernetes.io/metadata.name': name });
    } else if (typeof kind === 'string' && kind.endsWith('List')) {
      read(list).items.forEach((item, index) => take(item, `${where}, item ${index + 1}`));
    } else if (kind === undefined && typeof value === 'object' && value !== null && 'pods' in value) {
      described = true;
      pods.push(...read(podLabels).pods.map((each) => ({ ...each, namespace: null })));
    } else {
      throw new WayleaveError(
        `${where}: expected ${EXPECTED}, found ${typeof kind === 'string' ? kind : 'something else'}`,
        {
          code: 'bad-export',
          where: { where },
        },
      );
    }
  };

  for (const { path, text } of files) {
    const documents = parseAllDocuments(text);
    ('empty' in documents ? [] : documents).forEach((document, index) => {
      const where = `${path}, document ${index + 1}`;
      const [problem] = document.errors;
      if (problem) throw new WayleaveError(`${where}: ${problem.message}`, { code: 'bad-export', where: { where } });
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      if (value !== null) take(value, where, document);
    });
  }
  if (policies.length === 0 && !files.some(({ path }) => path === 'networkpolicies.yaml'))
    throw missing('NetworkPolicies, as in networkpolicies.yaml');
  if (!described) throw missing('their pods: labels.yaml, or what `kubectl get pods,namespaces -A -o yaml` prints');
  return { policies, pods, namespaces };
}

function missing(what: string): WayleaveError {
  return new WayleaveError(`a Kubernetes export has ${what}`, { code: 'bad-export' });
}

function commentsIn(document: Document | undefined, direction: 'ingress' | 'egress'): (string | null)[] {
  const entries = document?.getIn(['spec', direction], true);
  if (!isSeq(entries)) return [];
  return entries.items.map((item, index) => {
    const own = isMap(item) ? item.commentBefore : null;
    return own ?? (index === 0 ? entries.commentBefore : null) ?? null;
  });
}
