import { z } from 'zod';
import { WayleaveError } from '../../../../ingest/kernel/errors';
import type { SourceDocument } from '../../source';
import { beginsAsJson, jsonValues } from '../json-values';
import type { At } from '../read-each';

/** What we use of each kind (Kubernetes API v1, discovery.k8s.io/v1, networking.k8s.io/v1); the rest is passed over. */
const text = z.string().max(4096);
const port = z.int().min(0).max(65_535);
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .max(10_000)
    .nullish()
    .transform((items) => items ?? []);
const labels = z
  .record(text, text)
  .nullish()
  .transform((labels) => labels ?? {});

const metadata = z.object({
  name: text.min(1),
  namespace: text.default(''),
  uid: text.optional(),
  creationTimestamp: text.nullish(),
  deletionTimestamp: text.nullish(),
  labels,
  ownerReferences: list(z.object({ kind: text, name: text, controller: z.boolean().optional() })),
});

const container = z.object({
  ports: list(z.object({ name: text.optional(), containerPort: port, protocol: text.default('TCP') })),
});

const pod = z.object({
  kind: z.literal('Pod'),
  metadata,
  spec: z.object({ hostNetwork: z.boolean().optional(), nodeName: text.optional(), containers: list(container) }),
  status: z
    .object({
      phase: text.optional(),
      podIP: text.optional(),
      podIPs: list(z.object({ ip: text })),
      startTime: text.nullish(),
      containerStatuses: list(
        z.object({ state: z.object({ terminated: z.object({ finishedAt: text.nullish() }).optional() }).optional() }),
      ),
      conditions: list(z.object({ type: text, status: text, lastTransitionTime: text.nullish() })),
    })
    .prefault({}),
});

const node = z.object({
  kind: z.literal('Node'),
  metadata,
  status: z.object({ addresses: list(z.object({ type: text, address: text })) }).prefault({}),
});

const ingressAddresses = z
  .object({ loadBalancer: z.object({ ingress: list(z.object({ ip: text.optional() })) }).prefault({}) })
  .prefault({});

const service = z.object({
  kind: z.literal('Service'),
  metadata,
  spec: z.object({
    clusterIP: text.optional(),
    clusterIPs: list(text),
    externalIPs: list(text),
    selector: labels,
    ports: list(
      z.object({
        name: text.optional(),
        protocol: text.default('TCP'),
        port,
        targetPort: z.union([port, text]).optional(),
        nodePort: port.optional(),
      }),
    ),
  }),
  status: ingressAddresses,
});

const endpointSlice = z.object({
  kind: z.literal('EndpointSlice'),
  metadata,
  endpoints: list(
    z.object({ addresses: list(text), conditions: z.object({ ready: z.boolean().nullish() }).prefault({}) }),
  ),
});

const endpoints = z.object({
  kind: z.literal('Endpoints'),
  metadata,
  subsets: list(z.object({ addresses: list(z.object({ ip: text })) })),
});

const namespace = z.object({ kind: z.literal('Namespace'), metadata });

const ingress = z.object({
  kind: z.literal('Ingress'),
  metadata,
  spec: z
    .object({
      defaultBackend: z.object({ service: z.object({ name: text }).optional() }).optional(),
      rules: list(
        z.object({
          host: text.optional(),
          http: z
            .object({
              paths: list(z.object({ backend: z.object({ service: z.object({ name: text }).optional() }) })),
            })
            .optional(),
        }),
      ),
    })
    .prefault({}),
  status: ingressAddresses,
});

const object = z.discriminatedUnion('kind', [pod, node, service, endpointSlice, endpoints, namespace, ingress]);

export type Pod = z.infer<typeof pod>;
export type Node = z.infer<typeof node>;
export type Service = z.infer<typeof service>;
export type Ingress = z.infer<typeof ingress>;
export type KubernetesObject = z.infer<typeof object>;

const KINDS: ReadonlySet<string> = new Set(object.options.map((option) => option.shape.kind.value));

/** A list of kubectl or of the API (whose items have no kind of their own), or one object. */
const document = z.object({
  kind: text,
  apiVersion: text,
  metadata: z.object({ continue: text.optional() }).optional(),
  items: z.array(z.unknown()).nullish(),
});

/** Whether a document is of the Kubernetes API and of kinds of use here. */
export function isKubernetes(source: SourceDocument): boolean {
  if (!beginsAsJson(source)) return false;
  for (const { value } of jsonValues(source, () => undefined)) {
    const { data } = document.safeParse(value);
    return data !== undefined && (data.kind === 'List' || KINDS.has(data.kind.replace(/List$/, '')));
  }
  return false;
}

export interface KubernetesObjects {
  readonly objects: KubernetesObject[];
  /** By kind of list, whether its last page says that more follow. */
  readonly unfinished: Map<string, boolean>;
}

/**
 * Adds the objects of a document, or of several in one file; kinds of no use here are passed over.
 * @throws WayleaveError `bad-inventory` where it is no document of the Kubernetes API
 */
export function addObjects(
  { objects, unfinished }: KubernetesObjects,
  source: SourceDocument,
  at: At,
  reject: (where: string, message: string) => void,
): void {
  let understood = false;
  for (const { where, value } of jsonValues(source, ({ where, message }) => reject(at(where), message))) {
    const { data } = document.safeParse(value);
    understood ||= data !== undefined;
    if (data === undefined) continue;
    unfinished.set(data.kind, Boolean(data.metadata?.continue));
    const items = data.kind.endsWith('List') ? (data.items ?? []) : [value];
    for (const [i, item] of items.entries()) {
      const kind = kindOf(item) || data.kind.replace(/List$/, '');
      if (!KINDS.has(kind)) continue;
      const parsed = object.safeParse(typeof item === 'object' ? { ...item, kind } : item);
      if (parsed.success) objects.push(parsed.data);
      else reject(at(`${where === '' ? '' : `${where}, `}items[${i}]`), `${kind} ${problemOf(parsed.error)}`);
    }
  }
  if (understood) return;
  throw new WayleaveError(`${source.name} is no object or list of the Kubernetes API: it lacks kind and apiVersion`, {
    code: 'bad-inventory',
  });
}

function problemOf({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.join('.')}: ${issue?.message}`;
}

function kindOf(item: unknown): string {
  return typeof item === 'object' && item !== null && 'kind' in item && typeof item.kind === 'string' ? item.kind : '';
}
