import { WayleaveError } from '../ingest/kernel/errors';
import type { Clock } from '../ingest/kernel/time';
import { contentId } from '../recommender/model/identity';
import type { Policy, RefusedUse, Rule } from '../recommender/model/policy';
import type { RuleDecision, RuleWish } from '../recommender/propose';
import type { Documents } from './documents';

export interface Decider {
  readonly by: string;
  readonly reason: string;
}

/** What people want of the next recommendations, whatever the traffic says. */
export interface RuleDecisions {
  /**
   * What a recommendation refused becomes rules of the next.
   *
   * @param ids of refused uses, or how they begin
   * @throws WayleaveError `unknown-refusal`, `ambiguous-id`, `too-many-decisions`
   */
  accept(policy: Policy, ids: readonly string[], decider: Decider): Promise<RuleDecision>;
  /**
   * What a rule says stays out of the next.
   *
   * @param id of a rule, or how it begins
   * @throws WayleaveError `unknown-rule`, `ambiguous-id`, `too-many-decisions`
   */
  reject(policy: Policy, id: string, decider: Decider): Promise<RuleDecision>;
  /** All that were ever taken, in order. */
  list(): Promise<RuleDecision[]>;
  /** @throws WayleaveError `unknown-decision`, `ambiguous-id`, `already-undone` */
  undo(id: string, decider: Decider): Promise<RuleDecision>;
}

const MOST_DECISIONS = 10_000;
const NAMED = 5;

export function createRuleDecisions({
  documents,
  clock,
}: {
  readonly documents: Pick<Documents, 'all' | 'save'>;
  readonly clock: Clock;
}): RuleDecisions {
  const now = () => Math.floor(clock().getTime() / 1000);
  const list = () => documents.all('rule-decision');
  const decide = async (wish: RuleWish, { by, reason }: Decider): Promise<RuleDecision> => {
    const { length } = await list();
    if (length >= MOST_DECISIONS)
      throw new WayleaveError(`${length} decisions on rules were taken; expected fewer than ${MOST_DECISIONS}`, {
        code: 'too-many-decisions',
      });
    const at = now();
    const decision = { id: contentId('rule-decision', [length, at, by, wish]), at, by, reason, wish };
    await documents.save('rule-decision', decision.id, decision);
    return decision;
  };
  return {
    async accept(policy, ids, decider) {
      const uses = policy.refusals.flatMap(({ refused = [] }) => refused);
      const refused = ids.map((id) => oneOf<RefusedUse>(uses, id, 'unknown-refusal', `refused by ${policy.id}`));
      return decide({ kind: 'accept', refused }, decider);
    },
    async reject(policy, written, decider) {
      const rules = policy.sections.flatMap((section) => section.rules);
      const { id, words, sources, destinations, services } = oneOf<Rule>(
        rules,
        written,
        'unknown-rule',
        `rules of ${policy.id}`,
      );
      return decide({ kind: 'reject', rule: { id, words, sources, destinations, services } }, decider);
    },
    list,
    async undo(written, { by, reason }) {
      const decision = oneOf<RuleDecision>(await list(), written, 'unknown-decision', 'decisions on rules');
      if (decision.undone)
        throw new WayleaveError(
          `decision ${decision.id} was undone by ${decision.undone.by} at ${new Date(decision.undone.at * 1000).toISOString()} already`,
          { code: 'already-undone', where: { decision: decision.id } },
        );
      const undone = { ...decision, undone: { at: now(), by, reason } };
      await documents.save('rule-decision', decision.id, undone);
      return undone;
    },
  };
}

/** By its id, or by the only one that begins so. */
function oneOf<Item extends { readonly id: string }>(
  items: readonly Item[],
  written: string,
  code: string,
  among: string,
): Item {
  const exact = items.find(({ id }) => id === written);
  const begun = exact ? [exact] : written === '' ? [] : items.filter(({ id }) => id.startsWith(written));
  const [found, ...others] = begun;
  if (!found)
    throw new WayleaveError(`"${written}" is none of the ${items.length} ${among}; expected the id of one`, {
      code,
      where: { id: written },
    });
  if (others.length === 0) return found;
  const named = begun.slice(0, NAMED).map(({ id }) => id);
  throw new WayleaveError(
    `${begun.length} of the ${among} begin with "${written}": ${named.join(', ')}${begun.length > NAMED ? ', …' : ''}; expected one`,
    { code: 'ambiguous-id', where: { id: written } },
  );
}
