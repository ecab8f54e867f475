import type { GroupWish } from '../../../analytics/model/group-decision';
import type { Action } from '../../../recommender/lifecycle/model';
import type { PolicySummary, RuleDecisionBody, ThreatState } from '../contract';
import type { Client, Weighing } from './client';
import type { Session } from './session';

/** Where decisions are taken. */
export interface Desk {
  /** Who decided last in this tab; '' before the first decision. */
  readonly decider: string;
  /** Shows it once it is on record. @throws ProblemError */
  decide(wish: GroupWish, by: string, reason: string): Promise<void>;
  /** @throws ProblemError */
  undo(decision: string, by: string, reason: string): Promise<void>;
  /** Unless somebody else did something with the policy meanwhile. @throws ProblemError */
  act(policy: PolicySummary, action: Action, by: string, reason: string): Promise<void>;
  /** A new revision that says what an earlier one did. @throws ProblemError */
  rollBack(policy: PolicySummary, to: number, by: string, reason: string): Promise<void>;
  /** Judges the latest recommendation. @throws ProblemError */
  weigh(what: Weighing): Promise<void>;
  /** Makes the latest recommendation one of at most so many rules. @throws ProblemError */
  consolidate(rules: number): Promise<void>;
  /** Makes a policy of a recommendation. @returns the policy's id @throws ProblemError */
  takeOver(recommendation: string, name: string, by: string, reason: string): Promise<string>;
  /** Lets a finding of drift be. @param policy id of a stored policy or a recommendation @throws ProblemError */
  dismissDrift(policy: string, finding: string, by: string, reason: string): Promise<void>;
  /** Makes a revision of what drift proposes. @throws ProblemError */
  acceptDrift(policy: PolicySummary, by: string, reason: string): Promise<void>;
  /** @throws ProblemError */
  sayOfThreat(threat: string, state: ThreatState, by: string, reason: string): Promise<void>;
  /** Drafts a section that cuts off whoever a threat comes from. @param policy id or name @throws ProblemError */
  quarantine(policy: string, finding: string, by: string, reason: string): Promise<void>;
  /** Drafts a revision without it. @param policy id @throws ProblemError */
  liftQuarantine(policy: string, name: string, by: string, reason: string): Promise<void>;
  /** The next recommendation holds to it. @throws ProblemError */
  decideRules(body: RuleDecisionBody): Promise<void>;
}

export function deskOf(session: Session, client: Client, reload: () => void): Desk {
  const signed = async <Answer>(decided: Promise<Answer>, by: string): Promise<Answer> => {
    const answer = await decided;
    session.keepDecider(by);
    reload();
    return answer;
  };
  return {
    decider: session.decider(),
    async decide(wish, by, reason) {
      await signed(client.decide({ wish, by, reason }), by);
    },
    async undo(decision, by, reason) {
      await signed(client.undo(decision, by, reason), by);
    },
    async act({ id, version }, action, by, reason) {
      await signed(client.act(id, { ...action, by, reason, expected: version }), by);
    },
    async rollBack({ id, version }, to, by, reason) {
      await signed(client.rollBack(id, { to, by, reason, expected: version }), by);
    },
    async dismissDrift(policy, finding, by, reason) {
      await signed(client.dismissDrift(policy, { finding, by, reason }), by);
    },
    async acceptDrift({ id, version }, by, reason) {
      await signed(client.acceptDrift(id, { by, reason, expected: version }), by);
    },
    async sayOfThreat(threat, state, by, reason) {
      await signed(client.sayOfThreat(threat, { state, by, reason }), by);
    },
    async quarantine(policy, finding, by, reason) {
      await signed(client.quarantine(policy, { finding, by, reason }), by);
    },
    async liftQuarantine(policy, name, by, reason) {
      await signed(client.liftQuarantine(policy, name, by, reason), by);
    },
    async decideRules(body) {
      await signed(client.decideRules(body), body.by);
    },
    async weigh(what) {
      await client.weigh(what);
      reload();
    },
    async consolidate(rules) {
      await client.consolidate(rules);
      reload();
    },
    takeOver: async (recommendation, name, by, reason) =>
      (await signed(client.takeOver({ recommendation, name, by, reason }), by)).id,
  };
}
