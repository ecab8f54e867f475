import type { Stage } from './model';

/** Who may not do it: the author of what it is done to, who reviewed it, who has approved it already. */
export type Excluded = 'author' | 'reviewer' | 'approver';

export interface Transition {
  readonly from: Stage;
  readonly to: Stage;
  /** The last approval of several; nobody is excluded where one is enough, so that one person can work alone. */
  readonly excluded: readonly Excluded[];
  /** A gate's verdict, or a reason for doing without. */
  readonly gated: boolean;
}

/** Each stage after the one before it, none left out. Back leads from any stage to any earlier one, by anybody. */
export const TRANSITIONS: Readonly<Record<'review' | 'approve' | 'stage' | 'enforce', Transition>> = {
  review: { from: 'draft', to: 'reviewed', excluded: [], gated: false },
  approve: { from: 'reviewed', to: 'approved', excluded: ['author', 'reviewer', 'approver'], gated: false },
  stage: { from: 'approved', to: 'staged', excluded: [], gated: false },
  enforce: { from: 'staged', to: 'enforced', excluded: [], gated: true },
};
