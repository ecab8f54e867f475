import { serviceKey } from '../../analytics/services';
import type { Service } from '../../analytics/model/service';
import { controlPort } from './placement';
import { contentId } from '../model/identity';
import type { RefusedUse, Rule, Selector } from '../model/policy';

/** What a person wants of the next proposals. */
export type RuleWish =
  /** What was refused becomes rules all the same. */
  | { readonly kind: 'accept'; readonly refused: readonly RefusedUse[] }
  /** What such a rule says stays out, even where later proposals put it together differently. */
  | { readonly kind: 'reject'; readonly rule: RejectedRule };

export type RejectedRule = Pick<Rule, 'id' | 'words' | 'sources' | 'destinations' | 'services'>;

/** Kept for ever; what undoes it is said in it. */
export interface RuleDecision {
  readonly id: string;
  /** Epoch seconds. */
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly wish: RuleWish;
  readonly undone?: { readonly at: number; readonly by: string; readonly reason: string };
}

type Use = Pick<RefusedUse, 'client' | 'server' | 'service'>;

/** What stands of the decisions, as proposing asks. */
export interface Standing {
  accepts(use: Use): boolean;
  /** The decision by which a person refused a rule that says this much or more. */
  rejects(sources: readonly Selector[], destinations: readonly Selector[], service: Service): boolean;
}

/** Stable over reruns. */
export function useId({ client, server, service }: Use): string {
  return contentId('u', [client, server, serviceKey(service)]);
}

export function standingOf(decisions: readonly RuleDecision[]): Standing {
  const accepted = new Set<string>();
  const rejected = new Map<string, { sources: Set<string>; destinations: Set<string> }[]>();
  for (const { wish, undone } of decisions) {
    if (undone) continue;
    if (wish.kind === 'accept') for (const use of wish.refused) accepted.add(keyOfUse(use));
    else {
      const { sources, destinations, services } = wish.rule;
      const ends = { sources: new Set(sources.map(keyOf)), destinations: new Set(destinations.map(keyOf)) };
      for (const service of [...services, ...services.flatMap((each) => controlPort(each) ?? [])]) {
        const key = serviceKey(service);
        rejected.set(key, [...(rejected.get(key) ?? []), ends]);
      }
    }
  }
  return {
    accepts: (use) => accepted.size > 0 && accepted.has(keyOfUse(use)),
    rejects: (sources, destinations, service) =>
      (rejected.get(serviceKey(service)) ?? []).some(
        (ends) =>
          sources.every((each) => ends.sources.has(keyOf(each))) &&
          destinations.every((each) => ends.destinations.has(keyOf(each))),
      ),
  };
}

function keyOfUse({ client, server, service }: Use): string {
  return `${client}\t${server}\t${serviceKey(service)}`;
}

function keyOf(selector: Selector): string {
  return selector.kind === 'any' ? 'any' : selector.kind === 'group' ? `g ${selector.group}` : `p ${selector.prefix}`;
}
