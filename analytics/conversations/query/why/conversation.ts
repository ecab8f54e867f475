import type { Prefix } from '../../../../ingest/kernel/ip';
import type { ListDeps, ListedConversation } from '../list';
import { findConversation, type Named } from '../find';
import { profileOf, type Profile } from '../profile';
import { direction } from './direction';
import { dynamicService } from './dynamic-service';
import { mentions, outcome, reporters, times, translation } from './evidence';
import type { About, Finder, Finding } from './finding';
import { flowsBehind, type FlowEvidence } from './flows';
import { listeners } from './listeners';
import { logOns } from './log-ons';
import { noise } from './noise';
import { owners } from './owners';

/** Everything that is said of a conversation, in this order. Whoever knows more of conversations adds a line here. */
const FINDERS: readonly Finder[] = [
  direction,
  listeners,
  outcome,
  noise,
  dynamicService,
  times,
  reporters,
  translation,
  owners,
  logOns,
  mentions,
];

/** Why a conversation is what it is: what is known of it, in words and with what they are read from. */
export interface ConversationAnswer {
  readonly conversation: ListedConversation;
  readonly findings: readonly Finding[];
  readonly flows: FlowEvidence;
  readonly profile: Profile | null;
}

export interface WhyDeps extends ListDeps {
  /** Prefixes that are ours. */
  readonly networks: readonly Prefix[];
}

/** @throws WayleaveError `no-conversation`, `bad-conversation` */
export async function whyConversation(
  named: Named,
  wanted: { readonly from?: number | undefined; readonly to?: number | undefined },
  deps: WhyDeps,
): Promise<ConversationAnswer> {
  const { store, identity, networks } = deps;
  const conversation = await findConversation(named, wanted, deps);
  const window = { from: wanted.from ?? 0, to: wanted.to ?? 0xffff_ffff };
  const about: About = { conversation, window, store, identity, networks };
  const findings: Finding[] = [];
  // One after the other: the embedded engine runs one statement at a time anyway.
  for (const find of FINDERS) findings.push(...(await find(about)));
  return {
    conversation,
    findings,
    flows: await flowsBehind(about),
    profile: (await profileOf(store, conversation, window)) ?? null,
  };
}
