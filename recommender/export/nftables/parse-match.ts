import { PROTOCOL } from '../../../ingest/kernel/port';
import { addressSet } from '../../model/address-set';
import { LAST_PORT, type ServiceRange } from '../../model/service-range';
import { ICMP6_TYPES, ICMP_TYPES, PORT_NAMES, PROTOCOL_NAMES } from './names';
import { parseAddresses, parseNumbers, type NumberRange } from './parse-values';
import type { AddressMatch, Match } from './ruleset';
import type { TokenReader } from './tokens';

const WITH_PORTS: ReadonlyMap<string, number> = new Map([
  ['tcp', PROTOCOL.tcp],
  ['udp', PROTOCOL.udp],
  ['sctp', PROTOCOL.sctp],
]);
const FAMILIES = { ipv4: 'v4', ipv6: 'v6' } as const;
const CONNECTION_STATES = ['new', 'established', 'related', 'invalid', 'untracked'];

/** @returns undefined where no match begins; an empty list for one that the first packet of a connection always meets */
export function parseMatch(tokens: TokenReader): Match[] | undefined {
  const word = tokens.peek() ?? '';
  const protocol = WITH_PORTS.get(word);
  if (protocol !== undefined) {
    tokens.expect(word, 'dport');
    return [service(parseNegatable(tokens, LAST_PORT, PORT_NAMES).map((ports) => ({ protocol, ...ports })))];
  }
  switch (word) {
    case 'ip':
    case 'ip6':
      return parseHeader(tokens, word);
    case 'icmp':
    case 'icmpv6':
      return [service(parseIcmp(tokens, word))];
    case 'meta':
      return parseMeta(tokens);
    case 'iif':
    case 'oif':
    case 'iifname':
    case 'oifname':
      tokens.expect(word, 'lo');
      return [{ kind: 'loopback' }];
    case 'ct':
      return parseState(tokens);
    case 'limit':
      return parseRate(tokens);
    default:
      return undefined;
  }
}

function service(ranges: readonly ServiceRange[]): Match {
  return { kind: 'service', ranges };
}

function parseHeader(tokens: TokenReader, word: 'ip' | 'ip6'): Match[] {
  const family = word === 'ip' ? 'v4' : 'v6';
  tokens.expect(word);
  const field = tokens.peek();
  if (field === (word === 'ip' ? 'protocol' : 'nexthdr')) {
    tokens.expect(field);
    return [everyoneOf(family), service(parseProtocols(tokens))];
  }
  const side = { saddr: 'source', daddr: 'destination' } as const;
  if (field !== 'saddr' && field !== 'daddr') throw tokens.fail('saddr or daddr');
  tokens.expect(field);
  const negated = tokens.accept('!=');
  const named = tokens.peek()?.startsWith('@');
  const addresses = named ? { set: tokens.next().slice(1) } : { elements: parseAddresses(tokens, family) };
  return [{ kind: 'address', side: side[field], family, addresses, negated }];
}

function everyoneOf(family: 'v4' | 'v6'): AddressMatch {
  const elements = addressSet([family === 'v4' ? '0.0.0.0/0' : '::/0']);
  return { kind: 'address', side: 'source', family, addresses: { elements }, negated: false };
}

function parseMeta(tokens: TokenReader): Match[] {
  tokens.expect('meta');
  if (tokens.accept('nfproto')) {
    const family = tokens.peek();
    if (family !== 'ipv4' && family !== 'ipv6') throw tokens.fail('ipv4 or ipv6');
    tokens.expect(family);
    return [everyoneOf(FAMILIES[family])];
  }
  tokens.expect('l4proto');
  return [service(parseProtocols(tokens))];
}

function parseProtocols(tokens: TokenReader): ServiceRange[] {
  return parseNegatable(tokens, 255, PROTOCOL_NAMES).flatMap(({ first, last }) =>
    numbersBetween(first, last).map((protocol) => ({ protocol, first: 0, last: LAST_PORT })),
  );
}

/** `icmp type 8`, all its codes, or `icmp type 8 icmp code 0`; in our port space `type * 256 + code`. */
function parseIcmp(tokens: TokenReader, word: 'icmp' | 'icmpv6'): ServiceRange[] {
  const protocol = word === 'icmp' ? PROTOCOL.icmp : PROTOCOL.icmp6;
  tokens.expect(word, 'type');
  const types = parseNegatable(tokens, 255, word === 'icmp' ? ICMP_TYPES : ICMP6_TYPES);
  if (tokens.peek() !== word || tokens.peek(1) !== 'code') {
    return types.map(({ first, last }) => ({ protocol, first: first * 256, last: last * 256 + 255 }));
  }
  tokens.expect(word, 'code');
  const codes = parseNegatable(tokens, 255);
  return types.flatMap(({ first, last }) =>
    numbersBetween(first, last).flatMap((type) =>
      codes.map((code) => ({ protocol, first: type * 256 + code.first, last: type * 256 + code.last })),
    ),
  );
}

/** `!=` takes all the others, of the same header. */
function parseNegatable(tokens: TokenReader, max: number, names?: ReadonlyMap<string, number>): NumberRange[] {
  if (!tokens.accept('!=')) return parseNumbers(tokens, max, names);
  const left: NumberRange[] = [];
  let next = 0;
  for (const { first, last } of parseNumbers(tokens, max, names).sort((a, b) => a.first - b.first)) {
    if (first > next) left.push({ first: next, last: first - 1 });
    next = Math.max(next, last + 1);
  }
  return next > max ? left : [...left, { first: next, last: max }];
}

function numbersBetween(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** The first packet of a connection is `new` to conntrack, and nothing else. */
function parseState(tokens: TokenReader): Match[] {
  tokens.expect('ct', 'state');
  if (tokens.accept('vmap')) return parseStateMap(tokens);
  const states = new Set<string>();
  const braced = tokens.accept('{');
  do states.add(parseStateName(tokens));
  while (tokens.accept(','));
  if (braced) tokens.expect('}');
  if (states.has('new') || states.has('untracked')) return [];
  return [{ kind: 'replies', accepted: states.has('established') }];
}

function parseStateMap(tokens: TokenReader): Match[] {
  const verdicts = new Map<string, string>();
  tokens.expect('{');
  do {
    const [state = '', verdict] = (tokens.peek() ?? '').split(':');
    if (!CONNECTION_STATES.includes(state)) throw tokens.fail(`one of ${CONNECTION_STATES.join(', ')}`);
    tokens.next();
    if (verdict === undefined) tokens.expect(':');
    verdicts.set(state, verdict || tokens.next());
  } while (tokens.accept(','));
  tokens.expect('}');
  if (verdicts.has('new')) throw tokens.fail('no verdict for new connections in a map of states, before');
  const accepted = verdicts.get('established') === 'accept' && verdicts.get('related') === 'accept';
  return [{ kind: 'replies', accepted }];
}

function parseStateName(tokens: TokenReader): string {
  if (!CONNECTION_STATES.includes(tokens.peek() ?? '')) throw tokens.fail(`one of ${CONNECTION_STATES.join(', ')}`);
  return tokens.next();
}

function parseRate(tokens: TokenReader): Match[] {
  tokens.expect('limit', 'rate');
  tokens.next();
  if (tokens.accept('burst')) {
    tokens.next();
    tokens.expect('packets');
  }
  return [{ kind: 'sometimes' }];
}
