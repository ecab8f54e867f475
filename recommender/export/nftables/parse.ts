import { addressSet, unionOf } from '../../model/address-set';
import { parseRule } from './parse-rule';
import { parseAddresses } from './parse-values';
import type { Chain, NftSet, Ruleset } from './ruleset';
import { readTokens, type TokenReader } from './tokens';

const SET_TYPES = { ipv4_addr: 'v4', ipv6_addr: 'v6' } as const;
const FAMILIES = ['inet', 'ip', 'ip6'] as const;
type TableFamily = (typeof FAMILIES)[number];
const HOOKS = ['forward', 'input', 'output'];

interface Table {
  readonly family: TableFamily;
  readonly name: string;
}

/**
 * What an nft file leaves in one table that was empty before: commands apply in order, a chain or set that is declared
 * twice is added to.
 *
 * @throws WayleaveError `bad-export` with file and line
 */
export function parseRuleset(text: string, path: string): Ruleset {
  const tokens = readTokens(text, path);
  const ruleset: Ruleset = { sets: new Map(), chains: new Map() };
  let table: Table | undefined;
  const sameTable = (): Table => {
    const family = FAMILIES.find((each) => each === tokens.peek());
    if (!family) throw tokens.fail(`"${FAMILIES.join('" or "')}"`);
    tokens.next();
    const name = tokens.peek();
    if (table && (name !== table.name || family !== table.family))
      throw tokens.fail(`table ${table.name}, the only one`);
    table ??= { family, name: tokens.peek() ?? '' };
    tokens.next();
    return table;
  };

  tokens.endOfStatement();
  while (tokens.peek() !== undefined) {
    const command = tokens.next();
    if (command === 'define') parseDefine(tokens);
    else if (command === 'flush' && tokens.accept('ruleset')) {
      ruleset.sets.clear();
      ruleset.chains.clear();
    } else {
      const object = command === 'table' ? '' : tokens.next();
      const { family } = sameTable();
      runCommand(`${command} ${object}`, tokens, ruleset, family);
    }
    if (!tokens.endOfStatement() && tokens.peek() !== undefined) throw tokens.fail('the end of the command');
  }
  return ruleset;
}

function runCommand(command: string, tokens: TokenReader, ruleset: Ruleset, family: TableFamily): void {
  switch (command) {
    case 'table ':
      return parseTable(tokens, ruleset, family);
    case 'add table':
      return;
    case 'flush table':
      for (const chain of ruleset.chains.values()) chain.rules.length = 0;
      return;
    case 'flush set':
      setNamed(tokens, ruleset).elements = [];
      return;
    case 'add element':
      return addElements(tokens, setNamed(tokens, ruleset));
    default:
      throw tokens.fail(`a command this importer knows instead of "${command}", before`);
  }
}

/** `define web = { 10.0.1.1, 10.0.1.2 }` */
function parseDefine(tokens: TokenReader): void {
  const name = tokens.next();
  tokens.expect('=');
  tokens.define(name);
}

function setNamed(tokens: TokenReader, { sets }: Ruleset): NftSet {
  const set = sets.get(tokens.peek() ?? '');
  if (!set) throw tokens.fail('a set declared before');
  tokens.next();
  return set;
}

function addElements(tokens: TokenReader, set: NftSet): void {
  if (tokens.peek() !== '{') throw tokens.fail('"{"');
  set.elements = unionOf([set.elements, parseAddresses(tokens, set.family)]);
}

function parseTable(tokens: TokenReader, ruleset: Ruleset, family: TableFamily): void {
  tokens.expect('{');
  tokens.endOfStatement();
  while (tokens.peek() !== '}') {
    const { remark } = tokens.place();
    const kind = tokens.next();
    if (kind === 'set') parseSet(tokens, ruleset, remark);
    else if (kind === 'chain') parseChain(tokens, ruleset, family, remark);
    else if (kind === 'define') parseDefine(tokens);
    else throw tokens.fail('a set or a chain, before');
    tokens.endOfStatement();
  }
  tokens.expect('}');
}

function parseSet(tokens: TokenReader, { sets }: Ruleset, remark: string | null): void {
  const name = tokens.next();
  tokens.expect('{');
  tokens.endOfStatement();
  tokens.expect('type');
  const type = tokens.peek();
  if (type !== 'ipv4_addr' && type !== 'ipv6_addr') throw tokens.fail('ipv4_addr or ipv6_addr');
  tokens.next();
  const set = sets.get(name) ?? { family: SET_TYPES[type], elements: [], title: remark };
  sets.set(name, set);
  while (tokens.endOfStatement() && tokens.peek() !== '}') {
    if (tokens.accept('flags')) parseFlags(tokens);
    else if (tokens.accept('elements')) {
      tokens.expect('=');
      addElements(tokens, set);
    } else if (tokens.accept('comment')) set.title = tokens.quoted();
    else if (!tokens.accept('auto-merge')) throw tokens.fail('flags, auto-merge, elements or a comment');
  }
  tokens.expect('}');
}

/** A set whose elements expire would be another one later. */
function parseFlags(tokens: TokenReader): void {
  do {
    if (!tokens.accept('interval') && !tokens.accept('constant')) throw tokens.fail('interval or constant');
  } while (tokens.accept(','));
}

function parseChain(tokens: TokenReader, { chains }: Ruleset, family: TableFamily, remark: string | null): void {
  const name = tokens.next();
  const chain: Chain = chains.get(name) ?? { hook: undefined, policy: 'accept', rules: [], title: remark };
  chains.set(name, chain);
  tokens.expect('{');
  tokens.endOfStatement();
  while (tokens.peek() !== '}') {
    if (tokens.accept('type')) {
      tokens.expect('filter', 'hook');
      const hook = tokens.peek() ?? '';
      if (!HOOKS.includes(hook)) throw tokens.fail(`one of ${HOOKS.join(', ')}`);
      chain.hook = tokens.next();
      tokens.expect('priority');
      while (tokens.peek() !== ';' && tokens.peek() !== '}') tokens.next();
    } else if (tokens.accept('policy')) {
      const policy = tokens.peek();
      if (policy !== 'accept' && policy !== 'drop') throw tokens.fail('accept or drop');
      tokens.next();
      chain.policy = policy;
    } else {
      const rule = parseRule(tokens);
      if (family !== 'inet') rule.matches.unshift(onlyOf(family));
      chain.rules.push(rule);
    }
    tokens.endOfStatement();
  }
  tokens.expect('}');
}

/** What a table of one family meets. */
function onlyOf(family: 'ip' | 'ip6') {
  const [own, every] = family === 'ip' ? (['v4', '0.0.0.0/0'] as const) : (['v6', '::/0'] as const);
  return {
    kind: 'address',
    side: 'source',
    family: own,
    addresses: { elements: addressSet([every]) },
    negated: false,
  } as const;
}
