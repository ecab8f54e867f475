import { join } from 'node:path';
import { configSchema } from '../api/config/config';
import { loadConfig } from '../ingest/kernel/config';
import { DEPLOY, documentsOf, textOf, yamlOf } from './testing/files';
import type { KubernetesObject } from './testing/pods';

const ROLES = ['collector', 'loader', 'server'] as const;

const load = (file: string, env: Record<string, string>) => loadConfig(configSchema, { file: join(DEPLOY, file), env });

/** The environment as a container gets it, a made-up secret in each secret's place. */
function environmentOf(folder: string, role: string): Record<string, string> {
  const names = folder === 'config' ? composeNames(role) : kubernetesNames(role);
  return Object.fromEntries(names.map((name) => [name, '0123']));
}

function composeNames(role: string): string[] {
  const { services } = yamlOf('compose.yaml') as { services: Record<string, { environment?: object }> };
  return Object.keys(services[role]?.environment ?? {});
}

function kubernetesNames(role: string): string[] {
  const [workload] = documentsOf(`kubernetes/${role}.yaml`) as KubernetesObject[];
  const containers = workload?.spec?.template?.spec.containers ?? [];
  return containers.flatMap(({ env = [] }) => env.map(({ name }) => name));
}

test('the image is right for everything in one process', () => {
  const { http, store, bus } = load('config/standalone.yaml', { WAYLEAVE_DATA: '/data' });
  expect(http).toMatchObject({ host: '0.0.0.0', port: 8471 });
  expect({ url: store.url, bus: bus.kind }).toEqual({ bus: 'none' });
});

test('the unit sets what there is to set', () => {
  const [, assignments = ''] = /^Environment=(.*)$/m.exec(textOf('systemd/wayleave.service')) ?? [];
  const env = Object.fromEntries(assignments.split(' ').map((each) => each.split('=') as [string, string]));
  expect(loadConfig(configSchema, { env }).data).toBe('/var/lib/wayleave');
});

describe.each(['config', 'kubernetes/config'])('%s', (folder) => {
  test('what is collected is loaded, and what is loaded is served', () => {
    const [collector, loader, server] = ROLES.map((role) =>
      load(`${folder}/${role}.yaml`, environmentOf(folder, role)),
    );
    for (const config of [collector, loader, server])
      expect(config?.http).toMatchObject({ host: '0.0.0.0', port: 8471 });
    expect(loader?.bus).toEqual(collector?.bus);
    expect([loader?.bus.kind, server?.bus.kind]).toEqual(['kafka', 'none']);
    expect(server?.store).toEqual(loader?.store);
    expect(server?.collect).toMatchObject({ udp: [], tcp: [] });
  });

  test('no secrets', () => {
    for (const role of ROLES) expect(textOf(`${folder}/${role}.yaml`)).not.toMatch(/password|secret|token/i);
  });
});
