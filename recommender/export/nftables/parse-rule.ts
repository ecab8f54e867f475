import { parseMatch } from './parse-match';
import type { NftRule, NftVerdict } from './ruleset';
import type { TokenReader } from './tokens';

/** One rule, up to the end of its line. */
export function parseRule(tokens: TokenReader): NftRule {
  const rule: NftRule = { ...tokens.place(), matches: [], verdict: undefined, log: null, comment: null };
  while (!tokens.endOfStatement()) {
    if (tokens.peek() === '}') break;
    const matches = parseMatch(tokens);
    if (matches) rule.matches.push(...matches);
    else if (!parseEffect(tokens, rule)) throw tokens.fail('a match, a statement or a verdict');
  }
  if (rule.verdict && rule.matches.some(({ kind }) => kind === 'sometimes'))
    throw tokens.fail('no verdict behind a rate limit, before');
  return rule;
}

/** @returns whether there was one */
function parseEffect(tokens: TokenReader, rule: NftRule): boolean {
  switch (tokens.peek()) {
    case 'counter':
      parseCounter(tokens);
      return true;
    case 'log':
      rule.log = parseLog(tokens);
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

/** As it is written, and as the kernel lists it. */
function parseCounter(tokens: TokenReader): void {
  tokens.expect('counter');
  if (!tokens.accept('packets')) return;
  tokens.next();
  tokens.expect('bytes');
  tokens.next();
}

function parseLog(tokens: TokenReader): string {
  tokens.expect('log');
  let prefix = '';
  for (;;) {
    if (tokens.accept('prefix')) prefix = tokens.quoted();
    else if (tokens.accept('level') || tokens.accept('group') || tokens.accept('flags')) tokens.next();
    else return prefix;
  }
}

function parseVerdict(tokens: TokenReader): NftVerdict | undefined {
  const word = tokens.peek();
  switch (word) {
    case 'accept':
      tokens.next();
      return { kind: 'accept' };
    case 'drop':
      tokens.next();
      return { kind: 'refuse' };
    case 'reject':
      parseReject(tokens);
      return { kind: 'refuse' };
    case 'return':
      tokens.next();
      return { kind: 'return' };
    case 'jump':
    case 'goto':
      tokens.expect(word);
      return { kind: word, chain: tokens.next() };
    default:
      return undefined;
  }
}

/** With whatever answer. */
function parseReject(tokens: TokenReader): void {
  tokens.expect('reject');
  if (!tokens.accept('with')) return;
  if (tokens.accept('tcp')) return tokens.expect('reset');
  const kind = tokens.next();
  if (!['icmp', 'icmpv6', 'icmpx'].includes(kind)) throw tokens.fail('icmp, icmpv6, icmpx or tcp reset, before');
  tokens.accept('type');
  tokens.next();
}
