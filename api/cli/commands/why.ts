import {
  createIdentity,
  parseConversationName,
  whyAddress,
  whyConversation,
} from '../../../analytics/conversations/query';
import type { Window } from '../../../analytics/model/topology';
import { formatAddress, parseAddress, parsePrefix } from '../../../ingest/kernel/ip';
import { printAddressAnswer, printConversationAnswer } from '../print/why';
import type { Session } from '../session';

/** Whether it names a conversation, rather than an address. */
const ARROW = /->|→/;

export async function why(
  session: Session,
  words: readonly string[],
  { scope, ...window }: Partial<Window> & { scope?: string },
): Promise<void> {
  const subject = words.join(' ');
  const named = ARROW.test(subject) ? { ...parseConversationName(subject), scope } : undefined;
  const address = named ? '' : formatAddress(parseAddress(subject));
  const { store, analysis, clock, config } = await session.open();
  const bar = session.progress('Rolling up');
  await analysis.rollUp(bar.report);
  bar.done();
  const networks = config.estate.networks.map(parsePrefix);
  const deps = { store, identity: createIdentity(store), now: clock().getTime(), networks };
  if (named) {
    const answer = await whyConversation(named, window, deps);
    session.answer(answer, () => printConversationAnswer(answer));
  } else {
    const answer = await whyAddress(address, window, deps);
    session.answer(answer, () => printAddressAnswer(answer));
  }
}
