import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { documentsOf, DEPLOY, variablesOf, yamlOf } from './testing/files';
import { schemaErrors, unknownFields } from './testing/kubernetes-schema';
import type { KubernetesObject } from './testing/pods';
import { servedPaths } from './testing/served';

interface Kustomization {
  readonly resources: readonly string[];
  readonly images: readonly { readonly name: string; readonly newTag: string }[];
  readonly configMapGenerator: readonly { readonly name: string; readonly files: readonly string[] }[];
  readonly secretGenerator: readonly { readonly name: string; readonly envs: readonly string[] }[];
}

const kustomization = yamlOf('kubernetes/kustomization.yaml') as Kustomization;
const objects = kustomization.resources.flatMap((file) => documentsOf(`kubernetes/${file}`) as KubernetesObject[]);
const named = objects.map((object) => [`${object.kind} ${object.metadata.name}`, object] as const);
const workloads = named.flatMap(([name, { spec }]) =>
  spec?.template === undefined ? [] : [[name, spec.template] as const],
);
const find = (name: string): KubernetesObject | undefined => named.find(([each]) => each === name)?.[1];
const portsOf = (config: string) =>
  yamlOf(`kubernetes/config/${config}.yaml`) as {
    collect: Record<'udp' | 'tcp', { port: number }[]>;
    http: { port: number };
  };

describe('by the schemas of the Kubernetes API', () => {
  test.each(named)('%s', (_, object) => {
    expect(schemaErrors(object)).toEqual([]);
  });

  test('no field that the API does not know', () => {
    expect(unknownFields(objects)).toEqual([]);
  });

  test('what is wrong is found, so that the checks above mean something', () => {
    const wrong = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec: { type: 7, selektor: {} } };
    expect(schemaErrors(wrong as never)).not.toEqual([]);
    expect(unknownFields([{ ...wrong, spec: { selektor: {} } } as never])).toEqual([
      expect.stringContaining('selektor'),
    ]);
  });
});

describe.each(workloads)('%s', (_, { metadata, spec }) => {
  const [container] = spec.containers;

  test('is confined', () => {
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    });
    for (const each of spec.containers)
      expect(each).toMatchObject({
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        resources: {
          requests: { cpu: expect.anything(), memory: expect.anything() },
          limits: { memory: expect.anything() },
        },
      });
  });

  test('is of an exact version, which kustomize fills in', () => {
    for (const { image } of spec.containers)
      expect(kustomization.images).toContainEqual({ name: image, newTag: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });

  test('is asked where it answers; being alive does not depend on others', () => {
    const paths = servedPaths();
    for (const { startupProbe, livenessProbe, readinessProbe, ports } of spec.containers) {
      expect([startupProbe, livenessProbe].map((probe) => probe?.httpGet.path)).toEqual(['/healthz', '/healthz']);
      expect(readinessProbe?.httpGet.path).toBe('/readyz');
      for (const probe of [startupProbe, livenessProbe, readinessProbe]) {
        expect(paths).toContain(probe?.httpGet.path);
        expect(ports.map(({ name }) => name)).toContain(probe?.httpGet.port);
      }
    }
  });

  test('secrets come from the Secret that kustomize makes', () => {
    const keys = Object.keys(variablesOf('kubernetes/secrets.env.example'));
    const [secret] = kustomization.secretGenerator;
    for (const { name, value, valueFrom } of container?.env ?? []) {
      expect(valueFrom?.secretKeyRef?.name).toBe(secret?.name);
      expect(keys).toContain(valueFrom?.secretKeyRef?.key);
      expect({ name, value }).toEqual({ name });
    }
    for (const { secret: mounted } of spec.volumes) {
      if (mounted === undefined) continue;
      expect(mounted.secretName).toBe(secret?.name);
      for (const { key } of mounted.items) expect(keys).toContain(key);
    }
  });

  test('its configuration is made from a file that there is, and says which ports', () => {
    const name = spec.volumes.find(({ configMap }) => configMap)?.configMap?.name ?? '';
    const generator = kustomization.configMapGenerator.find((each) => each.name === name);
    for (const file of generator?.files ?? [])
      expect(existsSync(join(DEPLOY, 'kubernetes', file.replace('wayleave.yaml=', '')))).toBe(true);
    const { collect, http } = portsOf(name);
    const listening = [
      ...(['udp', 'tcp'] as const).flatMap((protocol) =>
        (collect?.[protocol] ?? []).map(({ port }) => `${port}/${protocol.toUpperCase()}`),
      ),
      `${http.port}/TCP`,
    ];
    const declared = (container?.ports ?? []).map(({ containerPort, protocol }) => `${containerPort}/${protocol}`);
    expect(declared.toSorted()).toEqual(listening.toSorted());
  });

  test('Services and NetworkPolicies that select it use ports that it has', () => {
    const names = new Set((container?.ports ?? []).map(({ name }) => name));
    const selected = objects.filter(
      ({ spec: other }) =>
        JSON.stringify(other?.selector ?? {}) === JSON.stringify(metadata.labels) ||
        JSON.stringify(other?.podSelector ?? {}) === JSON.stringify({ matchLabels: metadata.labels }),
    );
    expect(selected.length).toBeGreaterThan(0);
    for (const { kind, spec: other } of selected) {
      const used =
        kind === 'Service'
          ? (other?.ports ?? []).map(({ targetPort }) => targetPort)
          : (other?.ingress ?? []).flatMap(({ ports = [] }) => ports.map(({ port }) => port));
      for (const port of used) expect(names).toContain(port);
    }
  });
});

describe('who reaches whom', () => {
  test.each(named.filter(([, { spec }]) => spec?.type === 'LoadBalancer'))('%s', (_, { spec }) => {
    // Without the first, exporters lose their addresses; without the second, the Internet is let in.
    expect(spec?.externalTrafficPolicy).toBe('Local');
    const allowed = find('NetworkPolicy collector')?.spec?.ingress?.flatMap(({ from = [] }) => from);
    expect(spec?.loadBalancerSourceRanges?.map((cidr) => ({ ipBlock: { cidr } }))).toEqual(allowed);
    expect(allowed).not.toContainEqual({ ipBlock: { cidr: '0.0.0.0/0' } });
  });

  test('one exporter, one collector', () => {
    expect(find('Service flows')?.spec).toMatchObject({ sessionAffinity: 'ClientIP' });
  });

  test('what nobody named is refused', () => {
    expect(find('NetworkPolicy deny-all')?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  test.each(['collector', 'loader', 'server'])('the %s may reach what its configuration names', (role) => {
    const { bus, store } = yamlOf(`kubernetes/config/${role}.yaml`) as {
      bus?: { brokers: string[] };
      store?: { url: string };
    };
    const needed = [
      ...(bus?.brokers ?? []).map((broker) => Number(broker.split(':')[1])),
      ...(store === undefined ? [] : [Number(new URL(store.url).port)]),
    ];
    const allowed = find(`NetworkPolicy ${role}`)?.spec?.egress?.flatMap(({ ports = [] }) => ports);
    expect(allowed?.map(({ port }) => port)).toEqual(needed);
  });

  test('only pods as confined as these are let into the namespace', () => {
    expect(find('Namespace wayleave')?.metadata).toMatchObject({
      labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    });
  });
});
