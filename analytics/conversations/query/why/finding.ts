import type { Prefix } from '../../../../ingest/kernel/ip';
import type { Store } from '../../../../ingest/store';
import type { Window } from '../../../model/topology';
import type { ListedConversation } from '../list';
import type { Identity } from '../owners';

/** One thing that is known, in words, and what it is read from. */
export interface Finding {
  /** `direction`, `listeners`, `outcome`, … */
  readonly topic: string;
  readonly text: string;
  readonly evidence?: unknown;
}

/** What findings are about: a conversation and everything that may be asked about it. */
export interface About {
  readonly conversation: ListedConversation;
  readonly window: Window;
  readonly store: Store;
  readonly identity: Identity;
  /** Prefixes that are ours. */
  readonly networks: readonly Prefix[];
}

/** Says what it knows of a conversation; nothing, where it knows nothing. */
export type Finder = (about: About) => Promise<readonly Finding[]> | readonly Finding[];

const HALF_A_WEEK = 7 * 43_200;

/** The week around its last hour: what is told from everything else that went on is told from so much. */
export function weekAround({ lastSeen }: ListedConversation, { from, to }: Window): Window {
  return { from: Math.max(from, lastSeen - HALF_A_WEEK), to: Math.min(to, lastSeen + HALF_A_WEEK) };
}
