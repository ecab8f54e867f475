import { PROTOCOL_NUMBERS } from '../../../ingest/flows';
import { WayleaveError } from '../../../ingest/kernel/errors';
import { formatAddress, parseAddress } from '../../../ingest/kernel/ip';
import { hasPorts, PROTOCOL, protocolName } from '../../../ingest/kernel/port';

/** What tells one conversation from another; the scope is '' where there is none. */
export interface ConversationKey {
  readonly scope: string;
  /** Canonical address text. */
  readonly client: string;
  readonly server: string;
  readonly protocol: number;
  /** For ICMP `type * 256 + code`. */
  readonly port: number;
}

/** Client, arrow, server, and what it is asked: a port, or what comes instead of one. */
const NAME = /^\s*(\S+?)\s*(?:->|→)\s*(?:\[([^\]\s]+)\]|([^\s[\]]+)):([a-z0-9/]+)\s*$/i;
const EXPECTED = '10.0.0.9 -> 10.1.1.5:443/tcp, 2001:db8::9 -> [2001:db8::5]:443/tcp, or 10.0.0.9 -> 10.1.1.5:icmp/8/0';

/** `10.0.0.9 -> 10.1.1.5:443/tcp`, `10.0.0.9 -> 10.1.1.5:icmp/8/0`, `10.0.0.9 -> 10.1.1.5:gre`. */
export function conversationName({ client, server, protocol, port }: Omit<ConversationKey, 'scope'>): string {
  return `${client} -> ${server.includes(':') ? `[${server}]` : server}:${askedName(protocol, port)}`;
}

/** `443/tcp`, `icmp/8/0`, `gre`, `protocol/253`. */
export function askedName(protocol: number, port: number): string {
  const name = protocolName(protocol).replace(' ', '/');
  if (hasPorts(protocol)) return `${port}/${name}`;
  return isIcmp(protocol) ? `${name}/${port >> 8}/${port & 255}` : name;
}

/** @throws WayleaveError `bad-conversation` for what does not name one */
export function parseConversationName(text: string, scope = ''): ConversationKey {
  const [, client = '', bracketed, plain = '', asked = ''] = NAME.exec(text) ?? [];
  const service = parseAsked(asked.toLowerCase());
  if (client === '' || !service)
    throw new WayleaveError(`"${text}" names no conversation: expected ${EXPECTED}`, {
      code: 'bad-conversation',
      where: { text },
    });
  const address = (written: string): string => formatAddress(parseAddress(written));
  return { scope, client: address(client), server: address(bracketed ?? plain), ...service };
}

function parseAsked(asked: string): { protocol: number; port: number } | undefined {
  const [first = '', second = '', third = '0', ...rest] = asked.split('/');
  if (rest.length > 0) return undefined;
  const transport = PROTOCOL_NUMBERS[second];
  if (transport !== undefined && hasPorts(transport)) return numbers(transport, first, 65_535);
  const bare = first === 'protocol' ? numbers(0, second, 255)?.port : PROTOCOL_NUMBERS[first];
  if (bare === undefined || hasPorts(bare)) return undefined;
  if (!isIcmp(bare)) return first === 'protocol' || second === '' ? { protocol: bare, port: 0 } : undefined;
  const [type, code] = [numbers(bare, second, 255), numbers(bare, third, 255)];
  return type && code && { protocol: bare, port: type.port * 256 + code.port };
}

function numbers(protocol: number, text: string, most: number): { protocol: number; port: number } | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= most ? { protocol, port: Number(text) } : undefined;
}

function isIcmp(protocol: number): boolean {
  return protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmp6;
}
