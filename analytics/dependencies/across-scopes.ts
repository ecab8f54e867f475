import type { Conversation } from '../model/conversation';

/** A conversation with the workloads its addresses belonged to. */
export interface Resolved {
  readonly client: string;
  readonly server: string;
  readonly conversation: Conversation;
}

/**
 * Both ends of a connection may report it under scopes of their own (a router without one, the VPC at the other end):
 * where addresses, workloads and times are the same, the fuller report stands for both.
 */
export function acrossScopes(conversations: readonly Resolved[]): readonly Resolved[] {
  const scope = conversations[0]?.conversation.scope;
  if (conversations.every(({ conversation }) => conversation.scope === scope)) return conversations;
  const fullest = new Map<string, Resolved>();
  for (const found of conversations) {
    const { client, server, protocol, port, connections, reporters } = found.conversation;
    const key = [found.client, found.server, client, server, protocol, port].join(' ');
    const other = fullest.get(key);
    const sameScope = other?.conversation.scope === found.conversation.scope;
    if (other === undefined || sameScope) {
      fullest.set(sameScope ? `${key} ${fullest.size}` : key, found);
      continue;
    }
    const fuller = other.conversation.connections >= connections ? other : found;
    const both = [...new Set([...other.conversation.reporters, ...reporters])].sort();
    fullest.set(key, { ...fuller, conversation: { ...fuller.conversation, reporters: both } });
  }
  return [...fullest.values()];
}
