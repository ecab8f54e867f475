import type { Conversation, DirectionLevel } from '../model/conversation';

/** A conversation as the database answers: in the order of the columns that `readConversations` asks for. */
export type ConversationRow = readonly [
  scope: string,
  client: string,
  server: string,
  protocol: number,
  port: number,
  connections: number,
  established: number,
  refused: number,
  unanswered: number,
  halfOpen: number,
  denied: number,
  clientPackets: number,
  serverPackets: number,
  clientBytes: number,
  serverBytes: number,
  hours: number,
  firstSeen: number,
  lastSeen: number,
  direction: DirectionLevel,
  confidence: number,
  reporters: string,
  clientAsOf: number,
  serverAsOf: number,
];

/** Millions of conversations have thousands of addresses and few sets of reporters: each is kept once. */
export function rowReader(): (row: ConversationRow) => Conversation {
  const texts = new Map<string, string>();
  const sets = new Map<string, readonly string[]>();
  const once = (text: string): string => {
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    return known ?? text;
  };
  const setOf = (text: string): readonly string[] => {
    let known = sets.get(text);
    if (!known) sets.set(text, (known = text === '' ? [] : text.split(' ')));
    return known;
  };
  return (row) => {
    const [
      scope,
      client,
      server,
      protocol,
      port,
      connections,
      established,
      refused,
      unanswered,
      halfOpen,
      denied,
      clientPackets,
      serverPackets,
      clientBytes,
      serverBytes,
      hours,
      firstSeen,
      lastSeen,
      direction,
      confidence,
      reporters,
      clientAsOf,
      serverAsOf,
    ] = row;
    return {
      scope: once(scope),
      client: once(client),
      server: once(server),
      protocol,
      port,
      connections,
      established,
      denied,
      refused,
      unanswered,
      halfOpen,
      clientPackets,
      serverPackets,
      clientBytes,
      serverBytes,
      hours,
      firstSeen,
      lastSeen,
      direction,
      confidence,
      reporters: setOf(reporters),
      clientAsOf,
      serverAsOf,
    };
  };
}
