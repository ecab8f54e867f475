import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { WayleaveError } from '../../../ingest/kernel/errors';
import type { ExportFile } from '../backend';

/** Strict all over: a field that is not understood could change what the policy means. */
const labels = z.record(z.string(), z.string());
const selector = z.strictObject({ matchLabels: labels.optional() });
const peer = z.union([
  z.strictObject({ podSelector: selector, namespaceSelector: z.strictObject({}) }),
  z.strictObject({ ipBlock: z.strictObject({ cidr: z.string() }) }),
]);
const number = z.int().min(1).max(65535);
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

const networkPolicy = z.strictObject({
  apiVersion: z.literal('networking.k8s.io/v1'),
  kind: z.literal('NetworkPolicy'),
  metadata: z.strictObject({
    name: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'an RFC 1123 label'),
    annotations: labels.optional(),
  }),
  spec: z.strictObject({
    podSelector: selector,
    policyTypes: z.array(z.enum(['Ingress', 'Egress'])),
    ingress: z.array(z.strictObject({ from: z.array(peer).optional(), ports })).optional(),
    egress: z.array(z.strictObject({ to: z.array(peer).optional(), ports })).optional(),
  }),
});
const podLabels = z.strictObject({ pods: z.array(z.strictObject({ address: z.string(), labels })) });

export type NetworkPolicy = z.infer<typeof networkPolicy>;
export type PeerEntry = z.infer<typeof peer>;
export type PortEntry = z.infer<typeof port>;
export type PodLabels = z.infer<typeof podLabels>;

/** @throws WayleaveError `bad-export` naming file, document and field */
export function readManifests(files: readonly ExportFile[]): { policies: NetworkPolicy[]; pods: PodLabels['pods'] } {
  const read = <Shape>(path: string, schema: z.ZodType<Shape>): Shape[] => {
    const file = files.find((each) => each.path === path);
    if (!file)
      throw new WayleaveError(`a Kubernetes export has a file ${path}`, { code: 'bad-export', where: { path } });
    const documents = parseAllDocuments(file.text);
    return ('empty' in documents ? [] : documents).map((document, index) => {
      const [problem] = document.errors;
      const parsed = schema.safeParse(problem ? undefined : document.toJS());
      if (parsed.success) return parsed.data;
      const message = problem?.message ?? z.prettifyError(parsed.error);
      throw new WayleaveError(`${path}, document ${index + 1}: ${message}`, {
        code: 'bad-export',
        where: { path, document: index + 1 },
      });
    });
  };
  return {
    policies: read('networkpolicies.yaml', networkPolicy),
    pods: read('labels.yaml', podLabels).flatMap(({ pods }) => pods),
  };
}
