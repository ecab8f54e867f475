import type { GroupWish } from '../../../analytics/model/group-decision';
import type { Client } from './client';
import type { Session } from './session';

/** Where decisions are taken. */
export interface Desk {
  /** Who decided last in this tab; '' before the first decision. */
  readonly decider: string;
  /** Shows it once it is on record. @throws ProblemError */
  decide(wish: GroupWish, by: string, reason: string): Promise<void>;
}

export function deskOf(session: Session, client: Client, reload: () => void): Desk {
  return {
    decider: session.decider(),
    async decide(wish, by, reason) {
      await client.decide({ wish, by, reason });
      session.keepDecider(by);
      reload();
    },
  };
}
