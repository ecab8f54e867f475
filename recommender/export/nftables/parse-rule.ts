import { PROTOCOL } from '../../../ingest/kernel/port';
import { LAST_PORT, type ServiceRange } from '../../model/service-range';
import type { Match, NftRule, NftVerdict } from './ruleset';
import type { TokenReader } from './tokens';

const WITH_PORTS: ReadonlyMap<string, number> = new Map([
  ['tcp', PROTOCOL.tcp],
  ['udp', PROTOCOL.udp],
  ['sctp', PROTOCOL.sctp],
]);

/** One rule, up to the end of its line. */
export function parseRule(tokens: TokenReader): NftRule {
  const rule: NftRule = { matches: [], verdict: undefined, log: null, comment: null };
  while (!tokens.endOfStatement()) {
    if (tokens.peek() === '}') break;
    const match = parseMatch(tokens);
    if (match) rule.matches.push(match);
    else if (!parseEffect(tokens, rule)) throw tokens.fail('a match, a statement or a verdict');
  }
  if (rule.verdict && rule.matches.some(({ kind }) => kind === 'sometimes'))
    throw tokens.fail('no verdict behind a rate limit, before');
  return rule;
}

function parseMatch(tokens: TokenReader): Match | undefined {
  const word = tokens.peek() ?? '';
  const protocol = WITH_PORTS.get(word);
  if (protocol !== undefined) {
    tokens.expect(word, 'dport');
    const ports = parseNumbers(tokens, LAST_PORT);
    return { kind: 'service', ranges: ports.map(({ first, last }) => ({ protocol, first, last })) };
  }
  switch (word) {
    case 'ip':
    case 'ip6':
      return parseAddressMatch(tokens, word === 'ip' ? 'v4' : 'v6');
    case 'icmp':
    case 'icmpv6':
      return { kind: 'service', ranges: parseIcmp(tokens, word) };
    case 'meta': {
      tokens.expect('meta', 'l4proto');
      const protocols = parseNumbers(tokens, 255);
      return { kind: 'service', ranges: protocols.flatMap(({ first, last }) => wholeProtocols(first, last)) };
    }
    case 'iifname':
    case 'oifname':
      tokens.expect(word, 'lo');
      return { kind: 'loopback' };
    case 'ct':
      tokens.expect('ct', 'state', 'vmap', '{', 'established', ':', 'accept', ',', 'related', ':', 'accept', '}');
      return { kind: 'replies' };
    case 'limit':
      tokens.expect('limit', 'rate');
      tokens.next();
      if (tokens.peek() === 'burst') {
        tokens.expect('burst');
        tokens.next();
        tokens.expect('packets');
      }
      return { kind: 'sometimes' };
    default:
      return undefined;
  }
}

function parseAddressMatch(tokens: TokenReader, family: 'v4' | 'v6'): Match {
  tokens.next();
  const side = { saddr: 'source', daddr: 'destination' } as const;
  const field = tokens.peek();
  if (field !== 'saddr' && field !== 'daddr') throw tokens.fail('saddr or daddr');
  tokens.next();
  if (!tokens.peek()?.startsWith('@')) throw tokens.fail('a named set');
  return { kind: 'address', side: side[field], family, set: tokens.next().slice(1) };
}

/** `icmp type 8`, all its codes, or `icmp type 8 icmp code 0`; in our port space `type * 256 + code`. */
function parseIcmp(tokens: TokenReader, word: 'icmp' | 'icmpv6'): ServiceRange[] {
  const protocol = word === 'icmp' ? PROTOCOL.icmp : PROTOCOL.icmp6;
  tokens.expect(word, 'type');
  const types = parseNumbers(tokens, 255);
  if (tokens.peek() !== word || tokens.peek(1) !== 'code') {
    return types.map(({ first, last }) => ({ protocol, first: first * 256, last: last * 256 + 255 }));
  }
  tokens.expect(word, 'code');
  const codes = parseNumbers(tokens, 255);
  return types.flatMap(({ first, last }) =>
    numbersBetween(first, last).flatMap((type) =>
      codes.map((code) => ({ protocol, first: type * 256 + code.first, last: type * 256 + code.last })),
    ),
  );
}

function wholeProtocols(first: number, last: number): ServiceRange[] {
  return numbersBetween(first, last).map((protocol) => ({ protocol, first: 0, last: LAST_PORT }));
}

function numbersBetween(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** `53`, `9000-9010` or `{ 53, 9000-9010 }`. */
function parseNumbers(tokens: TokenReader, max: number): { first: number; last: number }[] {
  if (tokens.peek() !== '{') return [parseRange(tokens, max)];
  tokens.expect('{');
  const ranges = [parseRange(tokens, max)];
  while (tokens.peek() === ',') {
    tokens.expect(',');
    ranges.push(parseRange(tokens, max));
  }
  tokens.expect('}');
  return ranges;
}

function parseRange(tokens: TokenReader, max: number): { first: number; last: number } {
  const parts = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(tokens.peek() ?? '');
  const first = Number(parts?.[1]);
  const last = Number(parts?.[2] ?? first);
  if (!parts || first > last || last > max) throw tokens.fail(`a number or a range up to ${max}`);
  tokens.next();
  return { first, last };
}

/** @returns whether there was one */
function parseEffect(tokens: TokenReader, rule: NftRule): boolean {
  switch (tokens.peek()) {
    case 'counter':
      tokens.next();
      return true;
    case 'log':
      tokens.expect('log', 'prefix');
      rule.log = tokens.quoted();
      return true;
    case 'comment':
      tokens.expect('comment');
      rule.comment = tokens.quoted();
      return true;
    default: {
      const verdict = parseVerdict(tokens);
      if (!verdict) return false;
      if (rule.verdict) throw tokens.fail('one verdict only, before');
      rule.verdict = verdict;
      return true;
    }
  }
}

function parseVerdict(tokens: TokenReader): NftVerdict | undefined {
  switch (tokens.peek()) {
    case 'accept':
      tokens.next();
      return { kind: 'accept' };
    case 'drop':
      tokens.next();
      return { kind: 'refuse' };
    case 'reject':
      tokens.expect('reject', 'with', 'icmpx', 'admin-prohibited');
      return { kind: 'refuse' };
    case 'jump':
      tokens.expect('jump');
      return { kind: 'jump', chain: tokens.next() };
    default:
      return undefined;
  }
}
