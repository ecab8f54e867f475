import type { DirectionLevel } from '../../../model/conversation';
import { hoursOf } from '../hours';
import { askedName } from '../name';
import type { ListedConversation } from '../list';
import type { Finder } from './finding';
import { counted } from './wording';

interface LevelRow {
  readonly level: DirectionLevel;
  readonly hours: number;
  readonly connections: number;
  readonly stated: number;
  readonly confidence: number;
}

/** Who is the client, on what evidence, hour by hour. */
export const direction: Finder = async ({ conversation, window, store }) => {
  const { sql, params } = hoursOf(conversation, window);
  const levels = await store.query<LevelRow>(
    `SELECT c.direction AS level, uniqExact(c.hour) AS hours, sum(c.connections) AS connections,
       sum(c.stated) AS stated, round(max(c.confidence), 3) AS confidence
     FROM (SELECT * FROM current_conversations WHERE ${sql}) AS c GROUP BY level ORDER BY level`,
    params,
  );
  const best = `${conversation.server} is the server, at level ${conversation.direction} with confidence ${conversation.confidence}`;
  return [
    { topic: 'direction', text: `${best}: ${reason(conversation.direction, conversation)}`, evidence: levels },
    ...(levels.length > 1 ? levels.map((row) => ({ topic: 'direction', text: levelText(row, conversation) })) : []),
    ...(conversation.stated > 0
      ? [
          {
            topic: 'direction',
            text: `sources said who opened it for ${counted(conversation.stated, 'established connection')} of ${conversation.established.toLocaleString('en-US')}`,
          },
        ]
      : []),
  ];
};

function levelText({ level, hours, connections, confidence }: LevelRow, conversation: ListedConversation): string {
  return `level ${level} is the best of ${counted(hours, 'hour')} with ${counted(connections, 'connection')}, confidence ${confidence}: ${reason(level, conversation)}`;
}

function reason(level: DirectionLevel, { client, server, protocol, port }: ListedConversation): string {
  const asked = askedName(protocol, port);
  switch (level) {
    case 1:
      return 'the source said who opened it, or its first packet did (a SYN without ACK, an ICMP request)';
    case 2:
      return `${server} is known to listen on ${asked}`;
    case 3:
      return `${asked} is registered for a service, so that only servers have it`;
    case 4:
      return `only ${client} has a port from the range that clients draw theirs from`;
    case 5:
      return `${asked} of ${server} was used by more peers, or more often, than the other end`;
    case 6:
      return 'only the numbers of the ports say so, which is a guess: no rule rests on it alone';
  }
}
