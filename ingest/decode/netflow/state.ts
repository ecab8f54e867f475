import { z } from 'zod';
import { WayleaveError } from '../../kernel/errors';
import { addressToBytes, parseAddress } from '../../kernel/ip';
import { MAX_FIELDS, shortestRecord, type ExportFormat } from '../template/definition';
import type { Domain } from './domain';
import { Template } from './template';
import { FIRST_DATA_SET } from './templates';

/** Raised when a reader of the older form would misunderstand the newer. */
const VERSION = 1;

const uint16 = z.int().min(0).max(0xffff);
const uint32 = z.int().min(0).max(0xffff_ffff);
const micros = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const rates = z
  .array(z.tuple([uint32, uint32]).readonly())
  .max(1024)
  .readonly();

function isAddress(text: string): boolean {
  try {
    parseAddress(text);
    return true;
  } catch {
    return false;
  }
}

const templateState = z
  .object({
    id: uint16.min(FIRST_DATA_SET),
    /** Of an options template. */
    scopeFields: uint16.optional(),
    announcedMicros: micros,
    /** Enterprise, element and bytes of each field. */
    fields: z
      .array(z.tuple([uint32, uint16, uint16]).readonly())
      .min(1)
      .max(MAX_FIELDS)
      .readonly(),
  })
  .readonly();

const domainState = z
  .object({
    exporter: z.string().max(64).refine(isAddress, 'no IP address'),
    format: z.enum(['netflow5', 'netflow9', 'ipfix']),
    domain: uint32,
    bootMillis: z.number().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
    biflowDirection: z.int().min(0).max(255).optional(),
    /** One packet in how many, of the whole domain and by id. */
    sampling: z
      .object({ domain: uint32, sampler: rates, interface: rates, template: rates, other: rates })
      .partial()
      .readonly()
      .optional(),
    templates: z.array(templateState).max(0x1_0000).readonly(),
  })
  .readonly();

const netflowState = z
  .object({
    version: z.literal(VERSION),
    domains: z
      .array(domainState)
      .max(1 << 20)
      .readonly(),
  })
  .readonly();

/** What a decoder knows that came over UDP, and would be missed after a restart. */
export type NetflowState = z.infer<typeof netflowState>;
type DomainState = NetflowState['domains'][number];

const SCOPES = ['sampler', 'interface', 'template', 'other'] as const;

/** @throws WayleaveError `bad-decoder-state` when it is something else, or of another version */
export function parseState(value: unknown): NetflowState {
  const parsed = netflowState.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WayleaveError(
    `no decoder state of version ${VERSION}: ${issue?.message ?? 'not readable'} at ${issue?.path.join('.') || 'the top'}`,
    { code: 'bad-decoder-state', where: { path: issue?.path.join('.') ?? '' } },
  );
}

export function stateOf(domains: readonly Domain[]): NetflowState {
  return { version: VERSION, domains: domains.flatMap(domainStateOf) };
}

function domainStateOf(domain: Domain): DomainState[] {
  const { format, sampling, bootMillis, biflowDirection } = domain;
  if (format === 'unknown') return [];
  const templates = domain
    .allSessions()
    .filter(({ id }) => id === undefined)
    .flatMap((session) => [...session.templates.values()])
    .map(({ definition: { id, scopeFields, fields }, announcedMicros }) => ({
      id,
      ...(scopeFields === undefined ? {} : { scopeFields }),
      announcedMicros,
      fields: fields.map((field) => [field.enterprise, field.id, field.length] as const),
    }));
  const known = Object.fromEntries(
    SCOPES.map((scope) => [scope, [...sampling.rates(scope)]] as const).filter(([, of]) => of.length > 0),
  );
  const all = { ...(sampling.stated > 0 ? { domain: sampling.stated } : {}), ...known };
  const state = {
    ...(bootMillis === undefined ? {} : { bootMillis }),
    ...(biflowDirection === 0 ? {} : { biflowDirection }),
    ...(Object.keys(all).length === 0 ? {} : { sampling: all }),
  };
  if (templates.length === 0 && Object.keys(state).length === 0) return [];
  return [{ exporter: domain.from.name, format, domain: domain.domain, ...state, templates }];
}

/** Puts what was known into a decoder that has heard nothing yet; what exporters announce from then on replaces it. */
export function restoreState(
  { domains }: NetflowState,
  find: (exporter: Uint8Array, format: ExportFormat, id: number) => Domain,
): void {
  for (const state of domains) {
    const { exporter, format, sampling = {}, bootMillis, biflowDirection = 0, templates } = state;
    const domain = find(addressToBytes(parseAddress(exporter)), format, state.domain);
    const source = format === 'netflow5' ? 'header' : 'options';
    if (sampling.domain !== undefined) domain.sampling.learn('domain', 0, sampling.domain, source);
    for (const scope of SCOPES) {
      for (const [id, rate] of sampling[scope] ?? []) domain.sampling.learn(scope, id, rate, source);
    }
    domain.bootMillis = bootMillis;
    domain.biflowDirection = biflowDirection;
    const session = domain.session(undefined);
    for (const { id, scopeFields, announcedMicros, fields } of templates) {
      const named = fields.map(([enterprise, element, length]) => ({ enterprise, id: element, length }));
      if (shortestRecord(named) === 0) continue;
      session.announce(new Template({ format, id, scopeFields, fields: named }, announcedMicros));
    }
  }
}
