import type { Dependency } from '../../analytics/model/dependency';
import type { Service } from '../../analytics/model/service';
import type { Member } from '../../analytics/model/topology';
import { serviceKey } from '../../analytics/services';
import { contentId } from '../model/identity';
import type { Context, Extra, Lease, Rule, Witness } from '../model/policy';
import { confidenceOf, confidenceParts } from './confidence';
import { controlPort } from './placement';
import type { Draft } from './draft';
import type { End } from './end';
import type { Estate } from './estate';
import { evidenceOf, reportersOf } from './evidence';
import { openingOf, type Served } from './surface';
import { systemRangeOf, type SystemRange } from './system-range';
import { contextWords, counted, listWords, serviceWords } from './words';

/** What rules are made with beside their drafts. */
export interface Making {
  readonly estate: Estate;
  readonly served: Served;
  readonly ranges: readonly SystemRange[];
  /** Why the ports of a group are one dynamic service; undefined where its servers show it themselves. */
  drawnReason(group: string, protocol: number): string | undefined;
  witnessesOf(reporters: readonly string[]): readonly Witness[] | undefined;
  contextOf(dependencies: readonly Dependency[]): Context | undefined;
  /** How many UTC days any of them was active, and the lease that rare use gets. */
  activityOf(dependencies: readonly Dependency[]): { readonly days?: number; readonly lease?: Lease };
}

export function ruleOf(draft: Draft, making: Making): Rule {
  const { sources, destinations, dependencies } = draft;
  const { estate } = making;
  const selectors = sources.flatMap((end) => end.selectors);
  const targets = destinations.flatMap((end) => end.selectors);
  const witnesses = making.witnessesOf(reportersOf(dependencies));
  const dynamic = draft.services.map((service) => admitted(service, draft, making));
  const opening = openingOf(
    draft,
    dynamic.map(({ service }) => service),
    making.served,
  );
  const services = withoutControls(dynamic.map(({ service }) => service));
  const parts = confidenceParts(dependencies, membersSeen(dependencies, estate), witnesses);
  const context = making.contextOf(dependencies);
  const { days, lease } = making.activityOf(dependencies);
  const extra = extraOf([...dynamic.flatMap(({ words }) => words ?? []), opening.extra?.words ?? ''], opening.extra);
  const evidence = evidenceOf(dependencies, estate, witnesses);
  return {
    id: contentId('r', ['allow', selectors, targets, services.map(serviceKey)]),
    words: wordsOf(draft, services, context),
    action: 'allow',
    sources: selectors,
    destinations: targets,
    services,
    log: false,
    origin: draft.accepted ? 'accepted' : 'proposed',
    ...(context ? { context } : {}),
    ...(lease ? { lease } : {}),
    ...(extra ? { extra } : {}),
    confidence: confidenceOf(parts),
    confidenceParts: parts,
    surface: opening.surface,
    evidence: days === undefined ? evidence : { ...evidence, days },
  };
}

/** A dynamic service admits its control port, so that naming that port beside it says nothing more. */
function withoutControls(services: readonly Service[]): Service[] {
  const controls = new Set(services.flatMap((each) => controlPort(each) ?? []).map(serviceKey));
  return services.filter((each) => !controls.has(serviceKey(each)));
}

function wordsOf(
  { sources, everyone, destinations, inside }: Draft,
  services: readonly Service[],
  context: Context | undefined,
): string {
  const to = listWords(namesOf(destinations));
  if (inside) return `everything inside ${to} may pass`;
  const on = `${listWords(services.map(serviceWords), ' services')}${context ? contextWords(context) : ''}`;
  if (!everyone) return `${listWords(namesOf(sources))} may reach ${to} on ${on}`;
  const names = everyone.unseen.map(({ name }) => name).sort();
  const unseen = names.length === 0 ? '' : ` (not seen from ${listWords(names)})`;
  return `every managed workload may reach ${to} on ${on}${unseen}`;
}

/** Addresses that no group holds each by themselves, as two lists in one are hard to read. */
function namesOf(ends: readonly End[]): string[] {
  const names = ends.flatMap(({ name, group, selectors }) =>
    group ? [name] : selectors.map((each) => (each.kind === 'prefix' ? each.prefix : name)),
  );
  return [...new Set(names)].sort();
}

/** A dynamic service with the system's range, where its ports were drawn from one, and why it is taken for one. */
function admitted(
  service: Service,
  { destinations, dependencies }: Draft,
  { ranges, drawnReason }: Making,
): { readonly service: Service; readonly words?: string } {
  if (service.kind !== 'dynamic') return { service };
  const key = serviceKey(service);
  const ports = [
    ...new Set(dependencies.filter((each) => serviceKey(each.service) === key).flatMap(({ ports }) => ports)),
  ];
  const range = systemRangeOf(ports, service.control, ranges);
  const why = destinations.map(({ group }) => drawnReason(group?.id ?? '', service.protocol)).find(Boolean);
  const reason = service.control === null && why !== undefined ? `one dynamic service: ${why}` : '';
  if (!range) return reason === '' ? { service } : { service, words: reason };
  const { first, last, name } = range;
  const seen = `${counted(ports.length, 'port')} seen between ${service.observed.first} and ${service.observed.last}`;
  const words = `${first} to ${last} is admitted, from which ${name} draw, of which ${seen}`;
  return { service: { ...service, admitted: { first, last } }, words: reason === '' ? words : `${reason}; ${words}` };
}

function extraOf(words: readonly string[], opening: { readonly openings: number } | undefined): Extra | undefined {
  const said = words.filter(Boolean);
  return said.length === 0 ? undefined : { openings: opening?.openings ?? 0, words: said.join('; '), merged: [] };
}

/** The memberships that the rule rests on: each workload seen, in the groups that rules name for it. */
function membersSeen(dependencies: readonly Dependency[], estate: Estate): Member[] {
  const seen = new Set(dependencies.flatMap(({ client, server }) => [client, server]));
  return [...seen].flatMap((workload) => estate.membershipsOf(workload));
}
