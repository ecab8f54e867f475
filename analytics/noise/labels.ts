import type { Conversation } from '../model/conversation';
import type { EstateNetworks } from './estate';
import { serviceNumber, type Noise, type NoiseFinding, type NoiseMark } from './finding';

type Labelled = Pick<Conversation, 'scope' | 'client' | 'server' | 'protocol' | 'port' | 'established' | 'denied'>;

/** The finding that a conversation of the same window is part of, if any. */
export type NoiseOf = (conversation: Labelled) => NoiseFinding | undefined;

/** The first finding, in the order of the tests, one of whose marks fits. */
export function noiseLabels({ findings, marks, ownUses }: Noise, estate: EstateNetworks): NoiseOf {
  const byKey = new Map<string, NoiseMark[]>();
  for (const mark of marks) {
    const key = keyOf(mark.scope, mark.client, mark.server, mark.service);
    const same = byKey.get(key);
    if (same) same.push(mark);
    else byKey.set(key, [mark]);
  }
  const own = new Set(ownUses.map(({ scope, client, server, service }) => keyOf(scope, client, server, service)));
  return (conversation) => {
    const { scope, client, server, protocol, port } = conversation;
    const service = serviceNumber(protocol, port);
    if (conversation.established > 0 && own.has(keyOf(scope, client, server, service))) return undefined;
    const candidates = [
      keyOf(scope, null, server, null),
      keyOf(scope, client, null, service),
      keyOf(scope, client, server, null),
    ].flatMap((key) => byKey.get(key) ?? []);
    const fitting = candidates
      .filter((mark) => fits(mark, conversation, service, estate))
      .map(({ finding }) => finding);
    return fitting.length === 0 ? undefined : findings[Math.min(...fitting)];
  };
}

function fits(mark: NoiseMark, { client, established, denied }: Labelled, service: number, estate: EstateNetworks) {
  if (mark.outsideOnly && estate.inside(client)) return false;
  return established > 0 ? mark.answered : denied > 0 || !mark.alive.includes(service);
}

/** How marks name what they are about: by server, by client and service, or by client and server. */
export function keyOf(scope: string, client: string | null, server: string | null, service: number | null): string {
  return `${scope} ${client ?? '*'} ${server ?? '*'} ${service ?? '*'}`;
}
