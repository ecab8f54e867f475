import type { GroupWish } from '../../../analytics/model/group-decision';
import type { Client } from './client';
import type { Session } from './session';

/** Where decisions are taken. */
export interface Desk {
  /** Who decided last in this tab; '' before the first decision. */
  readonly decider: string;
  /** Shows it once it is on record. @throws ProblemError */
  decide(wish: GroupWish, by: string, reason: string): Promise<void>;
  /** @throws ProblemError */
  undo(decision: string, by: string, reason: string): Promise<void>;
}

export function deskOf(session: Session, client: Client, reload: () => void): Desk {
  const signed = async (decided: Promise<unknown>, by: string): Promise<void> => {
    await decided;
    session.keepDecider(by);
    reload();
  };
  return {
    decider: session.decider(),
    decide: (wish, by, reason) => signed(client.decide({ wish, by, reason }), by),
    undo: (decision, by, reason) => signed(client.undo(decision, by, reason), by),
  };
}
