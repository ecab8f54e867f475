import { DCLinter } from 'dclint';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEPLOY, textOf, variablesOf, yamlOf } from './testing/files';

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly privileged?: boolean;
  readonly security_opt?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly (string | { readonly type: string; readonly target: string })[];
  readonly networks?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly deploy?: { readonly resources: { readonly limits: Readonly<Record<string, unknown>> } };
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks?: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const FILES = ['compose.yaml', 'compose.standalone.yaml'];
const SECRET = /password|secret|token/i;

/** By the Compose Specification's own schema. */
function schemaErrors(path: string): string[] {
  const linter = new DCLinter({ rules: {}, quiet: true, debug: false, exclude: [] });
  const results: { messages: { rule: string; message: string }[] }[] = linter.lintFiles([path], false);
  return results
    .flatMap(({ messages }) => messages)
    .filter(({ rule }) => rule.startsWith('invalid-'))
    .map(({ message }) => message);
}

describe.each(FILES)('%s', (file) => {
  const { services, volumes, networks = {} } = yamlOf(file) as Compose;
  const each = Object.entries(services);

  test('is what the Compose Specification describes', () => {
    expect(schemaErrors(join(DEPLOY, file))).toEqual([]);
  });

  test.each(each)('%s is of an exact version', (_, { image }) => {
    expect(image.replace(/^\$\{\w+:-(.+)\}$/, '$1')).toMatch(/^[a-z/-]+:\d+\.\d+\.\d+/);
  });

  test.each(each)('%s is confined', (_, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      user: expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/),
      deploy: {
        resources: {
          limits: { cpus: expect.any(String), memory: expect.stringMatching(/^\d+[MG]$/), pids: expect.any(Number) },
        },
      },
    });
    expect(service).not.toHaveProperty('cap_add');
    expect(service).not.toHaveProperty('privileged');
  });

  test.each(each)('%s publishes nothing beyond loopback unless told to', (_, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^\$\{WAYLEAVE_\w+_BIND:-127\.0\.0\.1\}:(\d+):\1\/(udp|tcp)$/);
  });

  test.each(each)('%s is given no secret in writing', (_, { environment = {} }) => {
    const secrets = Object.entries(environment).filter(([variable]) => SECRET.test(variable));
    for (const [, value] of secrets) expect(value).toMatch(/^\$\{\w+:\?.+\}$/);
  });

  test.each(each)('%s mounts what there is, and files only to read them', (_, { volumes: mounts = [] }) => {
    const named = mounts.filter((mount) => typeof mount === 'string').map((mount) => mount.split(':'));
    for (const [from = '', , access] of named.filter(([from]) => from?.startsWith('./')))
      expect([textOf(from).length > 0, access]).toEqual([true, 'ro']);
    for (const [from = ''] of named.filter(([from]) => !from?.startsWith('./'))) expect(volumes).toHaveProperty(from);
  });

  test.each(each)('%s waits for what can become so', (_, { depends_on: others = {}, networks: own = [] }) => {
    for (const [name, { condition }] of Object.entries(others)) {
      const other = services[name];
      // Wayleave's own check is the image's.
      const checked = other?.healthcheck?.test !== undefined || other?.image.includes('wayleave:');
      expect({ name, condition, checked }).toEqual({ name, condition: 'service_healthy', checked: true });
    }
    for (const name of own) expect(networks).toHaveProperty(name);
  });

  test('what it asks of the environment is in the example', () => {
    const asked = [...textOf(file).matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    expect(Object.keys(variablesOf('.env.example'))).toEqual(expect.arrayContaining(asked));
  });
});

describe('the parts fit together', () => {
  const { services, networks } = yamlOf('compose.yaml') as Compose;

  test('a misspelt key is found, so that the check above means something', () => {
    const folder = mkdtempSync(join(tmpdir(), 'compose-'));
    try {
      const path = join(folder, 'compose.yaml');
      writeFileSync(path, textOf('compose.yaml').replace('read_only:', 'readonly:'));
      expect(schemaErrors(path)).not.toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('broker and database lead nowhere', () => {
    for (const name of ['kafka', 'clickhouse']) {
      const service = services[name];
      expect(service).not.toHaveProperty('ports');
      for (const network of service?.networks ?? []) expect(networks?.[network]).toEqual({ internal: true });
    }
  });

  test('the broker is the one that is tested', () => {
    const pom = readFileSync(join(DEPLOY, '../fixtures/kafka/pom.xml'), 'utf8');
    const [, version] = /<kafka\.version>(.+)<\/kafka\.version>/.exec(pom) ?? [];
    expect(services.kafka?.image).toBe(`apache/kafka:${version}`);
  });

  test.each(['collector', 'loader'])('the %s is told of the broker there is', (role) => {
    const { bus } = yamlOf(`config/${role}.yaml`) as { bus: { brokers: string[] } };
    expect(services.kafka?.environment?.KAFKA_ADVERTISED_LISTENERS).toBe(`PLAINTEXT://${bus.brokers.join()}`);
  });

  test.each(['loader', 'server'])('the %s is the user that ClickHouse has', (role) => {
    const { store } = yamlOf(`config/${role}.yaml`) as { store: { url: string; user: string; database: string } };
    const { users } = yamlOf('clickhouse/users.d/wayleave.yaml') as {
      users: Record<string, { grants?: { query: string[] } }>;
    };
    expect(new URL(store.url).hostname).toBe('clickhouse');
    expect(Object.keys(users)).toEqual(['default', store.user]);
    for (const grant of users[store.user]?.grants?.query ?? [])
      expect(grant).toMatch(new RegExp(String.raw`ON ${store.database}\.\*$|^GRANT CREATE TEMPORARY TABLE ON \*\.\*$`));
  });

  test.each(['collector', 'standalone'])('what the %s listens on is published', (role) => {
    const { collect, http } = yamlOf(`config/${role}.yaml`) as {
      collect: Record<'udp' | 'tcp', { host: string; port: number }[]>;
      http: { port: number };
    };
    const file = role === 'standalone' ? 'compose.standalone.yaml' : 'compose.yaml';
    const service = (yamlOf(file) as Compose).services[role === 'standalone' ? 'wayleave' : role];
    const published = (service?.ports ?? []).map((port) => port.replace(/^.*:/, ''));
    const listening = (['udp', 'tcp'] as const).flatMap((protocol) =>
      collect[protocol].map(({ port }) => `${port}/${protocol}`),
    );
    expect(published.filter((port) => port !== `${http.port}/tcp`).toSorted()).toEqual(listening.toSorted());
  });
});
