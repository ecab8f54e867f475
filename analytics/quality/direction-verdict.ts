import { DIRECTION_LEVELS, type DirectionLevel } from '../model/conversation';
import type { Endpoint, KnownSession } from './direction-truth';

/** Who served whom, as the product has it: the client's port is known as a range only. */
export interface Answer {
  readonly protocol: number;
  readonly client: string;
  readonly server: string;
  readonly port: number;
  readonly clientPortLow: number;
  readonly clientPortHigh: number;
  readonly direction: DirectionLevel;
}

/** `undecided`: on no evidence but the lower port, whether that is right or not. `unseen`: there are no flows of it. */
export type Outcome = 'right' | 'wrong' | 'undecided' | 'unseen';

export interface Verdict {
  readonly session: KnownSession;
  readonly outcome: Outcome;
  /** What it rests on; absent of sessions that are in no conversation. */
  readonly direction?: DirectionLevel;
}

/** Each session held against the answers. One that is answered both ways round is not right. */
export function judge(sessions: readonly KnownSession[], answers: readonly Answer[]): Verdict[] {
  const known = new Map(answers.map((answer) => [keyOf(answer.protocol, answer), answer]));
  const find = (protocol: number, client: Endpoint, server: Endpoint): Answer | undefined => {
    const found = known.get(keyOf(protocol, { client: client.address, server: server.address, port: server.port }));
    return found && mayHave(found, client.port) ? found : undefined;
  };
  return sessions.map((session) => {
    const { protocol, client, server } = session;
    const reversed = find(protocol, server, client);
    const found = reversed ?? find(protocol, client, server);
    if (!found) return { session, outcome: 'undecided' };
    const { direction } = found;
    const decided = direction !== DIRECTION_LEVELS.lowerPort;
    return { session, outcome: !decided ? 'undecided' : reversed ? 'wrong' : 'right', direction };
  });
}

function keyOf(protocol: number, { client, server, port }: Pick<Answer, 'client' | 'server' | 'port'>): string {
  return `${protocol} ${client} ${server} ${port}`;
}

/** Or `a:5000 → b:6000` would pass for the reverse of `b:7000 → a:5000`, which ends at the same port of `a`. */
function mayHave({ clientPortLow, clientPortHigh }: Answer, port: number): boolean {
  return clientPortLow <= port && port <= clientPortHigh;
}
