import { readFileSync } from 'node:fs';
import { closest, distance } from 'fastest-levenshtein';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { messageOf, WayleaveError } from './errors';

export interface ConfigSource {
  /** YAML file; optional. */
  readonly file?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `WAYLEAVE_HTTP__PORT=9000` sets `http.port`: a double underscore steps down, names match without case. */
const ENV_PREFIX = 'WAYLEAVE_';
/** Read by the command line and the tests themselves, not settings of the product. */
const NOT_SETTINGS = new Set(['WAYLEAVE_CONFIG', 'WAYLEAVE_SHARED_DATA']);

/**
 * Defaults come from the schema, then the file, then the environment.
 *
 * @throws WayleaveError `bad-config`, naming path, value and what was expected, with the nearest known key
 */
export function loadConfig<Schema extends z.ZodObject>(schema: Schema, source: ConfigSource): z.output<Schema> {
  const settings = source.file === undefined ? {} : readYaml(source.file);
  for (const [name, value] of Object.entries(source.env)) {
    if (value === undefined || !name.startsWith(ENV_PREFIX) || NOT_SETTINGS.has(name)) continue;
    assign(schema, settings, name, value);
  }
  const parsed = schema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => describe(schema, issue, settings));
  throw new WayleaveError(problems.join('; '), { code: 'bad-config', where: source.file ? { file: source.file } : {} });
}

function readYaml(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new WayleaveError(`cannot read the config file ${file}: ${messageOf(cause)}`, {
      code: 'bad-config',
      where: { file },
      cause,
    });
  }
  try {
    const document: unknown = parseYaml(text, { maxAliasCount: 0 }) ?? {};
    if (isRecord(document)) return document;
    throw new WayleaveError(`${file} must hold settings by name`, { code: 'bad-config', where: { file } });
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw cause;
    // The lines below the first quote the file, which may hold secrets.
    const [problem = ''] = cause.message.split('\n');
    throw new WayleaveError(`${file} is not YAML: ${problem}`, { code: 'bad-config', where: { file } });
  }
}

function assign(schema: z.ZodObject, settings: Record<string, unknown>, name: string, value: string): void {
  const steps = name.slice(ENV_PREFIX.length).split('__');
  let at = settings;
  let shape: z.ZodType | undefined = schema;
  const path = steps.map((step) => {
    const known = keysOf(shape);
    const key = known.find((candidate) => candidate.toLowerCase() === step.toLowerCase().replaceAll('_', ''));
    if (key === undefined) {
      throw new WayleaveError(`environment variable ${name} sets no known setting${nearest(step, known)}`, {
        code: 'bad-config',
        where: { variable: name },
      });
    }
    shape = childOf(shape, key);
    return key;
  });
  const last = path.pop();
  if (last === undefined) return;
  for (const key of path) {
    const next = at[key];
    const inner = isRecord(next) ? next : {};
    at[key] = inner;
    at = inner;
  }
  // YAML scalars and lists, so that numbers, booleans and `[a, b]` mean what they mean in the file; but a text is a
  // text, even a password of digits only.
  at[last] = unwrap(shape) instanceof z.ZodString ? value : readValue(name, value);
}

function readValue(variable: string, value: string): unknown {
  try {
    return parseYaml(value, { maxAliasCount: 0 });
  } catch (cause) {
    throw new WayleaveError(`environment variable ${variable} holds no YAML value`, {
      code: 'bad-config',
      where: { variable },
      cause,
    });
  }
}

function describe(schema: z.ZodObject, issue: z.core.$ZodIssue, settings: unknown): string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const known = keysOf(path.reduce<z.ZodType | undefined>(childOf, schema));
    return issue.keys.map((key) => `unknown setting ${[...path, key].join('.')}${nearest(key, known)}`);
  }
  const value = path.reduce<unknown>(
    (at, key) => (isRecord(at) || Array.isArray(at) ? Reflect.get(at, key) : undefined),
    settings,
  );
  return [`${path.join('.')} is ${shown(path.at(-1) ?? '', value)}: ${issue.message}`];
}

const SECRET = /password|secret|token|key$/i;

/** What is printed may end up in a log: no secrets, and nothing that may hold one. */
function shown(key: string, value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isRecord(value)) return 'a group of settings';
  if (SECRET.test(key) && value !== undefined) return 'not shown';
  // User and password of a URL.
  return JSON.stringify(value)?.replaceAll(/[^\s"/]*@/g, '…@') ?? 'missing';
}

function nearest(key: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const guess = closest(key.toLowerCase(), [...known]);
  const near = distance(key.toLowerCase(), guess.toLowerCase()) <= Math.ceil(key.length / 2);
  return near ? `; did you mean ${guess}?` : `; known are ${known.join(', ')}`;
}

function keysOf(schema: z.ZodType | undefined): string[] {
  const inner = unwrap(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function childOf(schema: z.ZodType | undefined, key: string): z.ZodType | undefined {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return inner.shape[key] as z.ZodType | undefined;
  return inner instanceof z.ZodArray ? (inner.element as z.ZodType) : undefined;
}

function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  let inner = schema;
  while (
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodPrefault ||
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodNullable
  ) {
    inner = inner.unwrap() as z.ZodType;
  }
  return inner;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
