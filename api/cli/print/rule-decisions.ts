import { formatTime } from '../../../ingest/kernel/time';
import type { RuleDecision } from '../../../recommender/propose';
import { few } from './table';

const NAMED = 5;

export function printRuleDecisions(decisions: readonly RuleDecision[]): string {
  if (decisions.length === 0)
    return 'Nothing has been decided about rules yet: `wayleave recommend accept <id>` or `wayleave recommend reject <rule>`\n';
  return decisions
    .flatMap((decision) => [
      ruleDecisionLine(decision),
      ...(decision.undone
        ? [`  undone by ${decision.undone.by}, ${formatTime(decision.undone.at)}${because(decision.undone.reason)}`]
        : []),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

/** `ann accepted web-1 → app-2 on 8443/tcp, 12 connections: “seen in the lab”  [rule-decision-…]`. */
export function ruleDecisionLine({ id, by, reason, wish }: RuleDecision): string {
  const what =
    wish.kind === 'accept'
      ? `accepted ${few(
          wish.refused.map(({ words }) => words),
          NAMED,
        )}`
      : `rejected "${wish.rule.words}"`;
  return `${by} ${what}${because(reason)}  [${id}]`;
}

function because(reason: string): string {
  return reason === '' ? '' : `: “${reason}”`;
}
